using Actors.Learning.Native;
using static TorchSharp.torch;

namespace Actors.Learning.Federation;

/// <summary>x += η·Δ; with η = 1 the weighted mean (FedAvg: McMahan et al., arXiv 1602.05629).</summary>
internal sealed class FedAvgOptimizer(ServerOptimizerOptions options) : IServerOptimizer
{
    public IReadOnlyDictionary<string, Tensor> State { get; } = new Dictionary<string, Tensor>();

    public void Step(Tensor parameters, Tensor difference) => parameters.AddScaled(difference, options.LearningRate);

    public void Dispose()
    {
    }
}
