namespace Actors.Learning.Balancing;

/// <summary>Which balancing method a run uses, and its settings.</summary>
public sealed record MethodOptions
{
    /// <summary>One of <see cref="BalancingMethods.Names"/>.</summary>
    public required string Name { get; init; }

    /// <summary><c>mlb</c>: α &gt; 0, how sharply k answers to the ratio. Default: 0.5.</summary>
    public double Alpha { get; init; } = 0.5;

    /// <summary><c>mlb</c>: β_max ≥ 1, the most a modality is sped up. Default: 10.</summary>
    public double BetaMax { get; init; } = 10;

    /// <summary><c>mlb</c>: what k multiplies. Default: gradient.</summary>
    public CoefficientTarget Target { get; init; } = CoefficientTarget.Gradient;
}
