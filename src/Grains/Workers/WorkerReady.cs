using System.Collections.Immutable;

namespace Actors.Grains.Workers;

/// <summary>A worker is ready; what it has.</summary>
[GenerateSerializer, Immutable, Alias("Actors.WorkerReady")]
public sealed record WorkerReady
{
    /// <summary>D_i of an encoder; 0 of a fusion.</summary>
    [Id(0)] public required long FeatureCount { get; init; }

    /// <summary>Parameters of its module.</summary>
    [Id(1)] public required long ParameterCount { get; init; }

    /// <summary>Steps of an epoch; 0 of an encoder.</summary>
    [Id(2)] public required long StepsPerEpoch { get; init; }

    /// <summary>Samples of train, validation and test.</summary>
    [Id(3)] public required ImmutableArray<int> SampleCounts { get; init; }

    /// <summary>C.</summary>
    [Id(4)] public required int ClassCount { get; init; }

    /// <summary>Digest of the data it opened; all workers of a shard must have the same.</summary>
    [Id(5)] public required string DataDigest { get; init; }

    /// <summary>The segments its module goes through rounds in, true for batch statistics; none where gradients are synchronised.</summary>
    [Id(6)] public required ImmutableArray<bool> Segments { get; init; }

    /// <summary>Digest of what all workers of a run must have the same.</summary>
    [Id(7)] public required string SharedDigest { get; init; }
}
