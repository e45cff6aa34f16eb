using static TorchSharp.torch;

namespace Actors.Learning.Parameters;

/// <summary>A module's batch statistics, read and written as one flat buffer; they stay where they are.</summary>
/// <param name="buffers">Floating-point, dense; the module's.</param>
public sealed class FlatStatistics(IReadOnlyList<Tensor> buffers)
{
    /// <summary>F, the number of elements.</summary>
    public long Count { get; } = buffers.Sum(buffer => buffer.numel());

    /// <summary>The values of a stretch, [n] on the module's device. The caller disposes it.</summary>
    public Tensor Read(FlatRange range)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        return cat([.. Parts(range).Select(part => part.Values)]).DetachFromDisposeScope();
    }

    /// <summary>Sets the values of a stretch.</summary>
    /// <param name="range">The stretch.</param>
    /// <param name="values">[n]; any device; stays the caller's.</param>
    public void Write(FlatRange range, Tensor values)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        foreach ((Tensor part, long at) in Parts(range))
        {
            part.copy_(values.narrow(0, at, part.numel()));
        }
    }

    /// <summary>The parts of buffers that a stretch covers, each flat, and where in the stretch they begin.</summary>
    private IEnumerable<(Tensor Values, long At)> Parts(FlatRange range)
    {
        long begin = 0;
        foreach (Tensor buffer in buffers)
        {
            long end = begin + buffer.numel(), from = Math.Max(range.Offset, begin), to = Math.Min(range.Offset + range.Length, end);
            if (from < to)
            {
                yield return (buffer.detach().view(-1).narrow(0, from - begin, to - from), from - range.Offset);
            }

            begin = end;
        }
    }
}
