using static TorchSharp.torch;

namespace Actors.Learning.Federation;

/// <summary>Takes the parameters that all shards began a round with to those of the next one (FedOpt: Reddi et al., arXiv 2003.00295, algorithm 2).</summary>
/// <remarks>Element by element, so that a module may be cut into segments, each with an optimiser of its own.</remarks>
public interface IServerOptimizer : IDisposable
{
    /// <summary>State tensors by name, each [n] float32; owned by the optimiser, written in place to restore.</summary>
    IReadOnlyDictionary<string, Tensor> State { get; }

    /// <summary>Takes one step.</summary>
    /// <param name="parameters">x [n], changed in place.</param>
    /// <param name="difference">Δ [n]: the weighted mean of what the participants' parameters differ from x. May be overwritten.</param>
    void Step(Tensor parameters, Tensor difference);
}
