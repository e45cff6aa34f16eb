using static TorchSharp.torch;

namespace Actors.Learning.Optimization;

/// <summary>Updates one flat buffer of parameters from its gradients; equal to PyTorch's optimiser of the same name.</summary>
public interface IOptimizer : IDisposable
{
    /// <summary>Steps taken so far; what bias correction counts.</summary>
    long StepCount { get; set; }

    /// <summary>State tensors by name, each [P] float32, in a fixed order; owned by the optimiser, written in place to restore.</summary>
    IReadOnlyDictionary<string, Tensor> State { get; }

    /// <summary>Takes one step with the gradients as they are.</summary>
    /// <param name="learningRate">η of this step, after the schedule, ≥ 0.</param>
    /// <param name="factors">
    /// Ranges whose update (not gradient) is multiplied by a factor, disjoint, in rising order: k as a learning-rate factor. Outside them the factor is 1.
    /// With all factors 1 the result is bit for bit that of an empty span.
    /// </param>
    void Step(double learningRate, ReadOnlySpan<RangeFactor> factors);
}
