using System.Collections.Immutable;

namespace Actors.Grains.Federation;

/// <summary>A round as a shard is to train it.</summary>
[GenerateSerializer, Immutable, Alias("Actors.RoundOrder")]
public sealed record RoundOrder
{
    /// <summary>Number of the round.</summary>
    [Id(0)] public required long Round { get; init; }

    /// <summary>First step.</summary>
    [Id(1)] public required long From { get; init; }

    /// <summary>Step after the last.</summary>
    [Id(2)] public required long To { get; init; }

    /// <summary>k of the round, [M]; null where the shards exchange scores every step.</summary>
    [Id(3)] public required ImmutableArray<double>? Coefficients { get; init; }

    /// <summary>Those that hold the modules, [M + 1] by segment: the encoders', then the fusion's.</summary>
    [Id(4)] public required ImmutableArray<ImmutableArray<IAggregatorGrain>> Aggregators { get; init; }
}
