using Actors.Learning.Native;

namespace Actors.Grains.Tests;

/// <summary>Looks for tensors that runs left.</summary>
internal static class TensorLeaks
{
    /// <summary>Asserts that runs disposed all they made.</summary>
    /// <param name="before">Live tensors before the runs.</param>
    public static void AssertNone(long before) => Assert.True(
        SpinWait.SpinUntil(() => LiveTensors.Count <= before, TimeSpan.FromSeconds(10)),
        $"{LiveTensors.Count - before} tensors are left 10 s after the run.");
}
