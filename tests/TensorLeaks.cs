using Actors.Learning.Native;

namespace Actors.Tests;

/// <summary>Looks for tensors that the code under test left.</summary>
internal static class TensorLeaks
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Live tensors, without those that earlier tests left to the collector: found in the midst of a test they would hide as many.</summary>
    public static long Baseline()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return LiveTensors.Count;
    }

    /// <summary>Asserts that all tensors made since were disposed, at the latest a little after.</summary>
    /// <param name="baseline">Live tensors before.</param>
    /// <param name="ready">As many may live: batches that feeds have ready.</param>
    public static void AssertNone(long baseline, int ready = 0) => Assert.True(
        SpinWait.SpinUntil(() => LiveTensors.Count <= baseline + ready, Patience),
        $"{LiveTensors.Count - baseline} tensors are left after {Patience.TotalSeconds} s, of which {ready} may be.");
}
