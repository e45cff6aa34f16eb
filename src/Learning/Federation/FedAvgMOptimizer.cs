using Actors.Learning.Native;
using static TorchSharp.torch;

namespace Actors.Learning.Federation;

/// <summary>v = βv + Δ; x += η·v (FedAvgM: Hsu et al., arXiv 1909.06335).</summary>
internal sealed class FedAvgMOptimizer : IServerOptimizer
{
    private readonly ServerOptimizerOptions options;
    private readonly Tensor velocity; // [n]

    public FedAvgMOptimizer(ServerOptimizerOptions options, long count)
    {
        this.options = options;
        velocity = zeros(count).DetachFromDisposeScope();
        State = new Dictionary<string, Tensor> { ["momentum"] = velocity };
    }

    public IReadOnlyDictionary<string, Tensor> State { get; }

    public void Step(Tensor parameters, Tensor difference)
    {
        velocity.MultiplyBy(options.Momentum).AddScaled(difference, 1);
        parameters.AddScaled(velocity, options.LearningRate);
    }

    public void Dispose() => velocity.Dispose();
}
