using static TorchSharp.torch;

namespace Actors.Learning.Optimization;

/// <summary>Does an update range by range where factors differ, and whole where they do not.</summary>
internal static class Update
{
    /// <summary>Part of an update.</summary>
    /// <param name="part">Takes the part of a tensor [P] that is updated now.</param>
    /// <param name="factor">Its learning-rate factor.</param>
    public delegate void Range(Func<Tensor, Tensor> part, double factor);

    /// <summary>Calls back for each range, in rising order.</summary>
    /// <param name="count">P.</param>
    /// <param name="factors">Disjoint, in rising order; 1 outside them.</param>
    /// <param name="update">Does the part.</param>
    public static void Apply(long count, ReadOnlySpan<RangeFactor> factors, Range update)
    {
        bool uniform = true;
        foreach (RangeFactor factor in factors)
        {
            uniform &= factor.Factor == 1;
        }

        if (uniform)
        {
            update(whole => whole, 1);
            return;
        }

        long done = 0;
        foreach (RangeFactor factor in factors)
        {
            Part(update, done, factor.Range.Offset - done, 1);
            Part(update, factor.Range.Offset, factor.Range.Length, factor.Factor);
            done = factor.Range.Offset + factor.Range.Length;
        }

        Part(update, done, count - done, 1);
    }

    private static void Part(Range update, long offset, long length, double factor)
    {
        if (length > 0)
        {
            update(whole => whole.narrow(0, offset, length), factor);
        }
    }
}
