namespace Actors.Contracts.Runs;

/// <summary>Where one worker computes.</summary>
[GenerateSerializer, Immutable, Alias("Actors.WorkerPlace")]
public sealed record WorkerPlace
{
    /// <summary>Index d.</summary>
    [Id(0)] public required int Shard { get; init; }

    /// <summary>Name of the modality; null for the fusion.</summary>
    [Id(1)] public required string? Modality { get; init; }

    /// <summary>The silo, as <c>ip:port@generation</c>: one that was started anew is another.</summary>
    [Id(2)] public required string Silo { get; init; }

    /// <summary>Device by name.</summary>
    [Id(3)] public required string Device { get; init; }

    /// <summary>The device in the cluster, as <c>ip:port/cuda:0</c>: the same one when its silo was started anew.</summary>
    public string DeviceAddress => $"{Silo.Split('@')[0]}/{Device}";

    /// <summary>Memory that it is planned with: weights, gradients, optimiser, activations. 0 where nothing was measured.</summary>
    [Id(4)] public required long Bytes { get; init; }

    /// <summary>Seconds of a step on that device, as measured; null where nothing was measured.</summary>
    [Id(5)] public required double? Seconds { get; init; }
}
