using System.Collections.Immutable;

namespace Actors.Contracts.Runs;

/// <summary>How a run stands.</summary>
[GenerateSerializer, Immutable, Alias("Actors.RunSnapshot")]
public sealed record RunSnapshot
{
    /// <summary>Of a run of which nothing is known but that it is to begin.</summary>
    public static RunSnapshot Pending { get; } = new()
    {
        Status = RunStatus.Pending,
        Step = 0,
        TotalSteps = 0,
        FirstCause = null,
        Placement = [],
        Parameters = ImmutableDictionary<string, long>.Empty,
        Samples = ImmutableDictionary<string, int>.Empty,
        DataDigest = null,
    };

    /// <summary>How it stands now.</summary>
    [Id(0)] public required RunStatus Status { get; init; }

    /// <summary>Steps taken.</summary>
    [Id(1)] public required long Step { get; init; }

    /// <summary>Steps of the whole run; 0 until it is planned.</summary>
    [Id(2)] public required long TotalSteps { get; init; }

    /// <summary>Why it failed; null unless it did.</summary>
    [Id(3)] public required string? FirstCause { get; init; }

    /// <summary>Where each worker computes, one line each; empty until it is planned.</summary>
    [Id(4)] public required ImmutableArray<string> Placement { get; init; }

    /// <summary>Parameters of each module, by name.</summary>
    [Id(5)] public required ImmutableDictionary<string, long> Parameters { get; init; }

    /// <summary>Samples of each split, by name.</summary>
    [Id(6)] public required ImmutableDictionary<string, int> Samples { get; init; }

    /// <summary>Digest of the data.</summary>
    [Id(7)] public required string? DataDigest { get; init; }
}
