namespace Actors.Contracts.Runs;

/// <summary>The balancing method of a run.</summary>
[GenerateSerializer, Immutable, Alias("Actors.MethodConfiguration")]
public sealed record MethodConfiguration
{
    /// <summary>Method by name: <c>unimodal</c>, <c>joint</c>, <c>multi-loss</c>, <c>mlb</c>.</summary>
    [Id(0)] public required string Name { get; init; }

    /// <summary><c>unimodal</c>: the modality to train; must be null for the others.</summary>
    [Id(1)] public string? Modality { get; init; }

    /// <summary><c>mlb</c>: α &gt; 0.</summary>
    [Id(2)] public required double Alpha { get; init; }

    /// <summary><c>mlb</c>: β_max ≥ 1.</summary>
    [Id(3)] public required double BetaMax { get; init; }

    /// <summary><c>mlb</c>: what k multiplies, <c>gradient</c> or <c>update</c>.</summary>
    [Id(4)] public required string Target { get; init; }
}
