using Actors.Learning.Parameters;
using Actors.Learning.Training;
using static TorchSharp.torch;

namespace Actors.Learning.Federation;

/// <summary>A module's side of the rounds: what it takes at the beginning, and what it has learnt since.</summary>
/// <remarks>Parameters first, then batch statistics, as one stretch of P + F elements. Not thread-safe: the module's lane calls it.</remarks>
public sealed class ModuleRound : IDisposable
{
    private readonly TrainedModule module;
    private readonly bool resetsOptimizer;
    private readonly Tensor start; // [P + F], on the module's device

    /// <summary>Makes it for a module, which it does not own.</summary>
    public ModuleRound(TrainedModule module, RoundOptions options)
    {
        (this.module, resetsOptimizer) = (module, options.ResetsOptimizer);
        long parameters = module.Flat.Count, statistics = module.Statistics.Count;
        start = zeros(parameters + statistics, ScalarType.Float32, module.Flat.Values.device).DetachFromDisposeScope();
        Segments =
        [
            .. FlatRange.Cut(parameters).Select(range => (Range: range, IsStatistics: false))
                .Concat(FlatRange.Cut(statistics).Select(range => (Range: range, IsStatistics: true)))
                .Select((segment, number) => new ModuleSegment(number, segment.Range, segment.IsStatistics)),
        ];
        if (options.Proximal > 0)
        {
            module.PullTo(start.narrow(0, 0, parameters).DetachFromDisposeScope(), options.Proximal);
        }
    }

    /// <summary>How a module is cut, the same in every shard.</summary>
    public IReadOnlyList<ModuleSegment> Segments { get; }

    /// <summary>Takes one segment of the parameters that the round begins with.</summary>
    /// <param name="segment">One of <see cref="Segments"/>.</param>
    /// <param name="values">x [n]; any device; stays the caller's.</param>
    public void Take(ModuleSegment segment, Tensor values)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        Tensor begun = Start(segment);
        begun.copy_(values);
        if (segment.IsStatistics)
        {
            module.Statistics.Write(segment.Range, begun);
        }
        else
        {
            Parameters(segment).copy_(begun);
        }
    }

    /// <summary>The round begins; call when every segment is taken.</summary>
    public void Begin()
    {
        if (resetsOptimizer)
        {
            module.ResetOptimizer();
        }
    }

    /// <summary>The values as they are, [n] float32 on the module's device. The caller disposes it.</summary>
    public Tensor Values(ModuleSegment segment)
    {
        if (segment.IsStatistics)
        {
            return module.Statistics.Read(segment.Range);
        }

        using Tensor now = Parameters(segment);
        return now.clone().DetachFromDisposeScope();
    }

    /// <summary>What was learnt since the round began: θ − θ_start, [n] float32 on the module's device. The caller disposes it.</summary>
    public Tensor Learned(ModuleSegment segment)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        using Tensor now = segment.IsStatistics ? module.Statistics.Read(segment.Range) : Parameters(segment);
        return (now - Start(segment)).DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose() => start.Dispose();

    private Tensor Parameters(ModuleSegment segment) => module.Flat.Values.narrow(0, segment.Range.Offset, segment.Range.Length);

    private Tensor Start(ModuleSegment segment) =>
        start.narrow(0, segment.Range.Offset + (segment.IsStatistics ? module.Flat.Count : 0), segment.Range.Length);
}
