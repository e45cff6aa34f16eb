using Actors.Learning.Training;
using static TorchSharp.torch;

namespace Actors.Learning.Federation;

/// <summary>A module's side of the rounds: what it takes at the beginning, and what it has learnt since.</summary>
/// <remarks>Parameters first, then batch statistics, as one stretch of P + F elements. Not thread-safe: the module's lane calls it.</remarks>
public sealed class ModuleRound : IDisposable
{
    /// <summary>Elements of the longest segment: 16 MiB a message.</summary>
    public const long SegmentElements = 4 << 20;

    private readonly TrainedModule module;
    private readonly bool resetsOptimizer;
    private readonly Tensor[] statistics;
    private readonly Tensor start; // [P + F], on the module's device

    /// <summary>Makes it for a module, which it does not own.</summary>
    public ModuleRound(TrainedModule module, RoundOptions options)
    {
        (this.module, resetsOptimizer) = (module, options.ResetsOptimizer);
        statistics = [.. module.FloatBuffers];
        long parameters = module.Flat.Count, all = parameters + statistics.Sum(buffer => buffer.numel());
        start = zeros(all, ScalarType.Float32, module.Flat.Values.device).DetachFromDisposeScope();
        Segments = [.. Cut(0, parameters, false).Concat(Cut(parameters, all, true)).Select((segment, number) => segment with { Number = number })];
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
        start.narrow(0, segment.Offset, segment.Length).copy_(values);
        foreach ((Tensor own, Tensor begun) in Parts(segment))
        {
            own.copy_(begun);
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
        using var scope = NewDisposeScope();
        return cat([.. Parts(segment).Select(part => part.Own)]).DetachFromDisposeScope();
    }

    /// <summary>What was learnt since the round began: θ − θ_start, [n] float32 on the module's device. The caller disposes it.</summary>
    public Tensor Learned(ModuleSegment segment)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        return cat([.. Parts(segment).Select(part => part.Own - part.Start)]).DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose() => start.Dispose();

    private static IEnumerable<ModuleSegment> Cut(long from, long to, bool statistics)
    {
        for (long offset = from; offset < to; offset += SegmentElements)
        {
            yield return new ModuleSegment(0, offset, Math.Min(SegmentElements, to - offset), statistics);
        }
    }

    /// <summary>The stretches of the module that a segment covers, each flat and beside its value at the round's start.</summary>
    private IEnumerable<(Tensor Own, Tensor Start)> Parts(ModuleSegment segment)
    {
        if (!segment.IsStatistics)
        {
            yield return (module.Flat.Values.narrow(0, segment.Offset, segment.Length), start.narrow(0, segment.Offset, segment.Length));
            yield break;
        }

        long end = segment.Offset + segment.Length, at = module.Flat.Count;
        foreach (Tensor buffer in statistics)
        {
            long from = Math.Max(segment.Offset, at), to = Math.Min(end, at + buffer.numel());
            if (from < to)
            {
                yield return (buffer.detach().view(-1).narrow(0, from - at, to - from), start.narrow(0, from, to - from));
            }

            at += buffer.numel();
        }
    }
}
