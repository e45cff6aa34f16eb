using System.Collections.Immutable;

namespace Actors.Contracts.Events;

/// <summary>A round of parameters that shards synchronise has ended.</summary>
[GenerateSerializer, Immutable, Alias("Actors.RoundEvent")]
public sealed record RoundEvent : RunEvent
{
    /// <summary>Zero-based number of the round.</summary>
    [Id(0)] public required long Round { get; init; }

    /// <summary>Shards that began it.</summary>
    [Id(1)] public required int ParticipantCount { get; init; }

    /// <summary>Shards whose parameters are in.</summary>
    [Id(2)] public required int ContributionCount { get; init; }

    /// <summary>Samples those trained on in the round.</summary>
    [Id(3)] public required long SampleCount { get; init; }

    /// <summary>Shards that were not through by the deadline, in order.</summary>
    [Id(4)] public required ImmutableArray<int> Late { get; init; }

    /// <summary>Shards that were lost in the round, in order.</summary>
    [Id(5)] public required ImmutableArray<int> Lost { get; init; }

    /// <summary>Shards that were not there when it began, in order.</summary>
    [Id(7)] public required ImmutableArray<int> Away { get; init; }

    /// <summary>Shards that came back for it on other devices than they had before, in order; the run's plan says which.</summary>
    [Id(8)] public ImmutableArray<int> Moved { get; init; } = []; // absent in files of before

    /// <summary>How long it took, from the draw to the new parameters.</summary>
    [Id(6)] public required double Seconds { get; init; }
}
