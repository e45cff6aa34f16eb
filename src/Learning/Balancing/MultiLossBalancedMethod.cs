namespace Actors.Learning.Balancing;

/// <summary>MLB: every head is learnt from, and k speeds up the modality that is behind and slows the one that is ahead.</summary>
/// <remarks>
/// k_i = 1 + (β_i − 1)·tanh(α(r_i − 1)), β_i = β_max where r_i &gt; 1, else 2. Source: arXiv 2405.07930, eqs. 4 to 7. The score is the mean of
/// the heads' true-class probability; the paper sums, which leaves r the same. k lies in (1 − tanh α, β_max].
/// </remarks>
public sealed class MultiLossBalancedMethod : IBalancingMethod
{
    private readonly double alpha;
    private readonly double betaMax;

    /// <summary>Creates the method.</summary>
    /// <exception cref="ArgumentOutOfRangeException">α is not above 0, or β_max is below 1, which would slow the modality that is behind.</exception>
    public MultiLossBalancedMethod(MethodOptions options, int modalityCount)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Alpha);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.BetaMax, 1);
        (alpha, betaMax, Target) = (options.Alpha, options.BetaMax, options.Target);
        Losses = new LossWeights(1, [.. Enumerable.Repeat(1.0, modalityCount)]);
    }

    /// <inheritdoc/>
    public string Name => BalancingMethods.MultiLossBalanced;

    /// <inheritdoc/>
    public LossWeights Losses { get; }

    /// <inheritdoc/>
    public bool UsesCoefficients => true;

    /// <inheritdoc/>
    public CoefficientTarget Target { get; }

    /// <inheritdoc/>
    public void Coefficients(ReadOnlySpan<double> scores, Span<double> coefficients)
    {
        DiscrepancyRatio.Fill(scores, coefficients);
        foreach (ref double k in coefficients)
        {
            double beta = k > 1 ? betaMax : 2;
            k = 1 + ((beta - 1) * Math.Tanh(alpha * (k - 1)));
        }
    }
}
