namespace Actors.Contracts.Events;

/// <summary>A checkpoint was written, whole and verified to be on disk.</summary>
[GenerateSerializer, Immutable, Alias("Actors.CheckpointEvent")]
public sealed record CheckpointEvent : RunEvent
{
    /// <summary>Folder, relative to the run's.</summary>
    [Id(0)] public required string Folder { get; init; }

    /// <summary>Size of all its files.</summary>
    [Id(1)] public required long Bytes { get; init; }

    /// <summary>Time from the order to the rename.</summary>
    [Id(2)] public required double Seconds { get; init; }
}
