using Actors.Contracts.Runs;
using TorchSharp;

namespace Actors.Grains.Tests;

/// <summary>Counts the tensors of this process.</summary>
internal static class LiveTensors
{
    /// <summary>Asserts that runs disposed all they made.</summary>
    /// <param name="before">Tensors before the runs.</param>
    /// <param name="runs">The runs since then, with convnet encoders and late-linear fusion.</param>
    public static void AssertNoneLeft(long before, params RunConfiguration[] runs)
    {
        // TorchSharp counts the tensor that a parameter is made of for ever, though the parameter took its memory over.
        int counted = runs.Sum(run => run.Training.Shards * ((TestRun.ConvNetParameters * run.Modalities.Length) + run.Modalities.Length + 1));
        long Left() => torch.Tensor.TotalCount - before - counted;
        Assert.True(SpinWait.SpinUntil(() => Left() <= 0, TimeSpan.FromSeconds(10)), $"{Left()} tensors are left 10 s after the run.");
    }
}
