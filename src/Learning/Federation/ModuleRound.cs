using Actors.Learning.Training;
using static TorchSharp.torch;

namespace Actors.Learning.Federation;

/// <summary>A module's side of the rounds: what it takes at the beginning, and what it has learnt since.</summary>
/// <remarks>Parameters first, then batch statistics, as one stretch of P + F elements. Not thread-safe: the module's lane calls it.</remarks>
public sealed class ModuleRound : IDisposable
{
    /// <summary>Elements of the longest slice: 16 MiB a message.</summary>
    public const long SliceElements = 4 << 20;

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
        Slices = [.. Cut(0, parameters, false).Concat(Cut(parameters, all, true)).Select((slice, number) => slice with { Number = number })];
        if (options.Proximal > 0)
        {
            module.PullTo(start.narrow(0, 0, parameters).DetachFromDisposeScope(), options.Proximal);
        }
    }

    /// <summary>How a module is cut, the same in every shard.</summary>
    public IReadOnlyList<ModuleSlice> Slices { get; }

    /// <summary>Takes one slice of the parameters that the round begins with.</summary>
    /// <param name="slice">One of <see cref="Slices"/>.</param>
    /// <param name="values">x [n]; any device; stays the caller's.</param>
    public void Take(ModuleSlice slice, Tensor values)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        start.narrow(0, slice.Offset, slice.Length).copy_(values);
        foreach ((Tensor own, Tensor begun) in Parts(slice))
        {
            own.copy_(begun);
        }
    }

    /// <summary>The round begins; call when every slice is taken.</summary>
    public void Begin()
    {
        if (resetsOptimizer)
        {
            module.ResetOptimizer();
        }
    }

    /// <summary>The values as they are, [n] float32 on the module's device. The caller disposes it.</summary>
    public Tensor Values(ModuleSlice slice)
    {
        using var scope = NewDisposeScope();
        return cat([.. Parts(slice).Select(part => part.Own)]).DetachFromDisposeScope();
    }

    /// <summary>What was learnt since the round began: θ − θ_start, [n] float32 on the module's device. The caller disposes it.</summary>
    public Tensor Learned(ModuleSlice slice)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        return cat([.. Parts(slice).Select(part => part.Own - part.Start)]).DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose() => start.Dispose();

    private static IEnumerable<ModuleSlice> Cut(long from, long to, bool statistics)
    {
        for (long offset = from; offset < to; offset += SliceElements)
        {
            yield return new ModuleSlice(0, offset, Math.Min(SliceElements, to - offset), statistics);
        }
    }

    /// <summary>The stretches of the module that a slice covers, each flat and beside its value at the round's start.</summary>
    private IEnumerable<(Tensor Own, Tensor Start)> Parts(ModuleSlice slice)
    {
        if (!slice.IsStatistics)
        {
            yield return (module.Flat.Values.narrow(0, slice.Offset, slice.Length), start.narrow(0, slice.Offset, slice.Length));
            yield break;
        }

        long end = slice.Offset + slice.Length, at = module.Flat.Count;
        foreach (Tensor buffer in statistics)
        {
            long from = Math.Max(slice.Offset, at), to = Math.Min(end, at + buffer.numel());
            if (from < to)
            {
                yield return (buffer.detach().view(-1).narrow(0, from - at, to - from), start.narrow(0, from, to - from));
            }

            at += buffer.numel();
        }
    }
}
