using Actors.Learning.Devices;

namespace Actors.Learning.Tests.Devices;

public class GpuAbsenceTests
{
    [Theory]
    [InlineData(true, false, false, null, "without CUDA", "set ACTORS_LIBTORCH to the torch/lib of a PyTorch with CUDA")]
    [InlineData(true, false, true, null, "without CUDA", "name the torch/lib of a PyTorch with CUDA in ACTORS_LIBTORCH")]
    [InlineData(true, true, true, null, "CUDA finds none", "Update the driver")]
    [InlineData(true, true, false, "", "CUDA_VISIBLE_DEVICES=''", "Unset CUDA_VISIBLE_DEVICES")]
    [InlineData(true, true, false, "7", "CUDA_VISIBLE_DEVICES='7'", "Unset CUDA_VISIBLE_DEVICES")]
    [InlineData(false, false, false, null, "/proc/driver/nvidia/gpus has none", "install NVIDIA's driver and set ACTORS_LIBTORCH")]
    [InlineData(false, true, true, null, "/proc/driver/nvidia/gpus has none", "install NVIDIA's driver: ")]
    public void Of_EachCause_HasItsOwnRemedy(bool hasGpus, bool hasCuda, bool isNamed, string? visible, string why, string remedy)
    {
        GpuAbsence absence = GpuAbsence.Of(hasGpus, hasCuda, isNamed, visible);
        Assert.Equal(hasGpus, absence.HasGpus);
        Assert.Contains(why, absence.Why, StringComparison.Ordinal);
        Assert.Contains(remedy, absence.Remedy, StringComparison.Ordinal);
    }
}
