using Actors.Learning.Devices;
using TorchSharp;

namespace Actors.Tests;

/// <summary>This machine's first GPU; tests that need one are skipped where there is none.</summary>
internal static class Gpu
{
    /// <summary>Why a test is skipped.</summary>
    public const string Needed = "This machine has no GPU that libtorch can use.";

    /// <summary>True where there is one.</summary>
    public static bool IsPresent { get; } = DeviceList.Present().Any(device => device.Kind != DeviceType.CPU);

    /// <summary>The first one.</summary>
    public static DeviceName First { get; } = new(DeviceType.CUDA, 0);

    /// <summary>From now on convolutions on it compute in all bits of a float, so that they can be compared with a CPU's.</summary>
    public static void UseFullPrecision() => torch.backends.cudnn.allow_tf32 = false;
}
