using Actors.Learning.Fusion;

namespace Actors.Learning.Balancing;

/// <summary>Methods that only choose the losses: <c>joint</c>, <c>unimodal</c> and <c>multi-loss</c>. Every k stays 1.</summary>
public sealed class FixedLossMethod(string name, int modalityCount, double unimodalWeight, FusionOptions? fusion = null) : IBalancingMethod
{
    /// <inheritdoc/>
    public string Name { get; } = name;

    /// <inheritdoc/>
    public LossWeights Losses { get; } = new(1, [.. Enumerable.Repeat(unimodalWeight, modalityCount)]);

    /// <inheritdoc/>
    public FusionOptions Fusion(FusionOptions configured) => fusion ?? configured;

    /// <inheritdoc/>
    public bool UsesCoefficients => false;

    /// <inheritdoc/>
    public CoefficientTarget Target => CoefficientTarget.Gradient;

    /// <inheritdoc/>
    public void Coefficients(ReadOnlySpan<double> scores, Span<double> coefficients) => coefficients.Fill(1);
}
