using Actors.Contracts.Runs;

namespace Actors.Grains.Workers;

/// <summary>Which part of which run a worker is.</summary>
[GenerateSerializer, Immutable, Alias("Actors.WorkerOrder")]
public sealed record WorkerOrder
{
    [Id(0)] public required string Run { get; init; }

    [Id(1)] public required int Generation { get; init; }

    [Id(2)] public required RunConfiguration Configuration { get; init; }

    /// <summary>Index d.</summary>
    [Id(3)] public required int Shard { get; init; }

    /// <summary>Index i of an encoder; −1 of a fusion.</summary>
    [Id(4)] public required int Modality { get; init; }

    /// <summary>Device by name.</summary>
    [Id(5)] public required string Device { get; init; }

    /// <summary>D_i of every modality, for a fusion; empty for an encoder.</summary>
    [Id(6)] public required long[] FeatureCounts { get; init; }
}
