using Actors.Learning.Native;
using static TorchSharp.torch;

namespace Actors.Learning.Federation;

/// <summary>
/// m = β₁m + (1 − β₁)Δ; v = β₂v + (1 − β₂)Δ²; x += η·m / (√v + τ), v beginning at τ² (Reddi et al., arXiv 2003.00295, algorithm 2; no bias correction).
/// </summary>
internal sealed class FedAdamOptimizer : IServerOptimizer
{
    private readonly ServerOptimizerOptions options;
    private readonly Tensor first; // [n]
    private readonly Tensor second; // [n]

    public FedAdamOptimizer(ServerOptimizerOptions options, long count)
    {
        this.options = options;
        first = zeros(count).DetachFromDisposeScope();
        second = zeros(count).DetachFromDisposeScope();
        using var scope = NewDisposeScope();
        second.Increase(options.Epsilon * options.Epsilon);
        State = new Dictionary<string, Tensor> { ["first_moment"] = first, ["second_moment"] = second };
    }

    public IReadOnlyDictionary<string, Tensor> State { get; }

    public void Step(Tensor parameters, Tensor difference)
    {
        first.MultiplyBy(options.Beta1).AddScaled(difference, 1 - options.Beta1);
        second.MultiplyBy(options.Beta2).AddProduct(difference, difference, 1 - options.Beta2);
        parameters.AddQuotient(first, difference.copy_(second).sqrt_().Increase(options.Epsilon), options.LearningRate);
    }

    public void Dispose()
    {
        first.Dispose();
        second.Dispose();
    }
}
