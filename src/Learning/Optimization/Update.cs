using static TorchSharp.torch;

namespace Actors.Learning.Optimization;

/// <summary>Takes an update off the parameters, range by range where factors differ.</summary>
internal static class Update
{
    /// <summary>values −= learningRate · factor · direction.</summary>
    /// <param name="values">[P], changed in place.</param>
    /// <param name="direction">[P], left as it is.</param>
    /// <param name="learningRate">η.</param>
    /// <param name="factors">Disjoint, in rising order; 1 outside them.</param>
    public static void Apply(Tensor values, Tensor direction, double learningRate, ReadOnlySpan<RangeFactor> factors)
    {
        bool uniform = true;
        foreach (RangeFactor factor in factors)
        {
            uniform &= factor.Factor == 1;
        }

        if (uniform)
        {
            values.add_(direction, alpha: -learningRate);
            return;
        }

        long done = 0;
        foreach (RangeFactor factor in factors)
        {
            Range(values, direction, -learningRate, done, factor.Range.Offset - done);
            Range(values, direction, -learningRate * factor.Factor, factor.Range.Offset, factor.Range.Length);
            done = factor.Range.Offset + factor.Range.Length;
        }

        Range(values, direction, -learningRate, done, values.numel() - done);
    }

    private static void Range(Tensor values, Tensor direction, double scale, long offset, long length)
    {
        if (length > 0)
        {
            values.narrow(0, offset, length).add_(direction.narrow(0, offset, length), alpha: scale);
        }
    }
}
