using System.Collections.Immutable;
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
    [Id(6)] public required ImmutableArray<long> FeatureCounts { get; init; }

    /// <summary>Silo of each encoder of the shard, [M], for a fusion; empty for an encoder.</summary>
    [Id(7)] public required ImmutableArray<string> EncoderSilos { get; init; }

    /// <summary>The silo of the run's balancer.</summary>
    [Id(8)] public required string BalancerSilo { get; init; }

    /// <summary>The silos that the run's reducers are spread over, the same of every worker; at least one.</summary>
    [Id(9)] public required ImmutableArray<string> ReducerSilos { get; init; }

    /// <summary>
    /// How often the shard was made again. A worker of an earlier life may have other encoders beside it; what it learnt is nobody's.
    /// </summary>
    [Id(10)] public int Life { get; init; }

    /// <summary>Memory that it is planned with on its device; 0 where nothing was measured.</summary>
    [Id(11)] public long Bytes { get; init; }

    /// <summary>Seconds of a step that it is planned with on its device; 0 where nothing was measured.</summary>
    [Id(12)] public double Seconds { get; init; }
}
