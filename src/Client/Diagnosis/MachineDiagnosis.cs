using System.Runtime.CompilerServices;
using Actors.Client.Commands;
using Actors.Grains.Diagnostics;
using Actors.Learning.Devices;
using Actors.Learning.Native;
using SkiaSharp;
using TorchSharp;

namespace Actors.Client.Diagnosis;

/// <summary>Checks what a machine has for training.</summary>
internal static class MachineDiagnosis
{
    private const long EnoughBytes = 1L << 30;

    /// <param name="context">Surroundings of the process.</param>
    /// <param name="output">Folder of the runs; it need not exist.</param>
    public static IReadOnlyList<Finding> Run(CommandContext context, string output) =>
        [.. Native(), Threads(), Disk(output), Fonts(), Terminal(context)];

    private static Finding[] Native()
    {
        try
        {
            return [LibTorch(), Devices()];
        }
        catch (Exception failure) when (failure is DllNotFoundException or TypeInitializationException or EntryPointNotFoundException)
        {
            string message = NativeFault.CauseOf(failure).Message;
            string? remedy = message.Contains("ACTORS_LIBTORCH", StringComparison.Ordinal)
                ? null
                : "Restore the packages (dotnet restore), or set ACTORS_LIBTORCH to a PyTorch install's torch/lib.";
            return [new Finding("libtorch", FindingLevel.Fail, $"It does not load: {message}", remedy)]; // which devices there are, only libtorch could say
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)] // a native library that does not load fails where its types are named first: after the try, not before
    private static Finding LibTorch()
    {
        TorchLibrary.Load(); // before TorchSharp looks for it
        using torch.Tensor two = torch.ones(1) + torch.ones(1); // [1]
        return two.item<float>() == 2
            ? new Finding("libtorch", FindingLevel.Ok, $"{torch.__version__} from {TorchLibrary.Folder ?? "TorchSharp's own folder"}.")
            : new Finding(
                "libtorch",
                FindingLevel.Fail,
                "It computes 1 + 1 wrongly.",
                "Restore the packages anew, or set ACTORS_LIBTORCH to a PyTorch install's torch/lib.");
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Finding Devices()
    {
        IReadOnlyList<DeviceName> devices = DeviceList.Present();
        string list = string.Join(" ", devices);
        return devices.Any(device => device.Kind == DeviceType.CUDA)
            ? new Finding("devices", FindingLevel.Ok, $"{list}.")
            : new Finding(
                "devices",
                FindingLevel.Ok,
                $"{list}; no GPU.",
                "For one, build with -p:TorchBackend=cuda or set ACTORS_LIBTORCH to a CUDA PyTorch's torch/lib.");
    }

    private static Finding Threads() => Environment.ProcessorCount >= 2
        ? new Finding("threads", FindingLevel.Ok, $"{Environment.ProcessorCount} processors.")
        : new Finding("threads", FindingLevel.Warn, "1 processor: data is decoded and trained on in turn.", "Set placement.threads_per_device to 1.");

    private static Finding Disk(string output)
    {
        string folder = Path.GetFullPath(output);
        while (!Directory.Exists(folder))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        long free = new DriveInfo(folder).AvailableFreeSpace;
        string message = $"{free / (1 << 20)} MiB free in {folder}.";
        return free >= EnoughBytes
            ? new Finding("disk", FindingLevel.Ok, message)
            : new Finding(
                "disk", FindingLevel.Warn, message, "Checkpoints may not fit: free some, name another folder with --output, or lower checkpoint.keep.");
    }

    private static Finding Fonts()
    {
        int families = SKFontManager.Default.FontFamilyCount;
        return families > 0
            ? new Finding("fonts", FindingLevel.Ok, $"{families} font families.")
            : new Finding("fonts", FindingLevel.Warn, "None: pictures have no text.", "Install one: apt-get install fonts-dejavu-core");
    }

    private static Finding Terminal(CommandContext context) => context.IsErrorTerminal
        ? new Finding(
            "terminal",
            FindingLevel.Ok,
            $"Live display; {(context.Environment["NO_COLOR"] is string { Length: > 0 } ? "no colours (NO_COLOR)" : "colours")}.")
        : new Finding("terminal", FindingLevel.Ok, "None on stderr: progress comes as key=value lines.");
}
