using Actors.Learning.Native;
using TorchSharp;

namespace Actors.Learning.Devices;

/// <summary>Why libtorch has no GPU to compute on.</summary>
/// <param name="Why">A clause.</param>
/// <param name="Remedy">What to do; a sentence.</param>
/// <param name="HasGpus">True where the machine has GPUs all the same.</param>
public sealed record GpuAbsence(string Why, string Remedy, bool HasGpus)
{
    private const string Gpus = "/proc/driver/nvidia/gpus"; // of the kernel's driver: a folder for each GPU

    /// <summary>Of this process; null where libtorch has GPUs.</summary>
    public static GpuAbsence? Here() => torch.cuda_is_available()
        ? null
        : Of(
            Directory.Exists(Gpus) && Directory.EnumerateFileSystemEntries(Gpus).Any(),
            File.Exists(Path.Combine(TorchLibrary.Folder ?? AppContext.BaseDirectory, "libtorch_cuda.so")),
            TorchLibrary.IsNamed,
            Environment.GetEnvironmentVariable("CUDA_VISIBLE_DEVICES"));

    /// <summary>Tells the causes apart.</summary>
    /// <param name="hasGpus">The kernel's driver has GPUs.</param>
    /// <param name="hasCuda">libtorch has its part for CUDA.</param>
    /// <param name="isNamed">ACTORS_LIBTORCH is set.</param>
    /// <param name="visible">CUDA_VISIBLE_DEVICES; null where it is not set.</param>
    internal static GpuAbsence Of(bool hasGpus, bool hasCuda, bool isNamed, string? visible)
    {
        string cuda = isNamed
            ? "name the torch/lib of a PyTorch with CUDA in ACTORS_LIBTORCH"
            : "set ACTORS_LIBTORCH to the torch/lib of a PyTorch with CUDA, or build with -p:TorchBackend=cuda";
        return (hasGpus, hasCuda, visible) switch
        {
            (false, _, _) => new GpuAbsence(
                $"{Gpus} has none",
                $"For one, install NVIDIA's driver{(hasCuda ? "" : $" and {cuda}")}: docs/gpu.md.",
                HasGpus: false),
            (true, false, _) => new GpuAbsence(
                "this libtorch is one without CUDA (it has no libtorch_cuda.so), though the machine has GPUs",
                $"For CUDA, {cuda}: docs/gpu.md.",
                HasGpus: true),
            (true, true, null) => new GpuAbsence(
                "CUDA finds none, though the machine has GPUs",
                "Update the driver, which is too old for this libtorch's CUDA, or give the container its GPUs (docker run --gpus all): "
                    + "docs/gpu.md.",
                HasGpus: true),
            _ => new GpuAbsence(
                $"CUDA finds none, though the machine has GPUs, with CUDA_VISIBLE_DEVICES='{visible}'",
                "Unset CUDA_VISIBLE_DEVICES, or name GPUs that are there; if it is right, the driver is too old: docs/gpu.md.",
                HasGpus: true),
        };
    }
}
