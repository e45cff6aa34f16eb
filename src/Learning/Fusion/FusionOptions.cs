namespace Actors.Learning.Fusion;

/// <summary>Which fusion a run uses, and its settings.</summary>
public sealed record FusionOptions
{
    /// <summary>One of <see cref="Fusions.Names"/>.</summary>
    public required string Name { get; init; }

    /// <summary>Hidden width of <c>mid-mlp</c>. Default: 64, as the paper's code.</summary>
    public int Hidden { get; init; } = 64;

    /// <summary>Dropout probability of <c>mid-mlp</c>, in [0, 1). Default: 0.1, as the paper's code.</summary>
    public double Dropout { get; init; } = 0.1;
}
