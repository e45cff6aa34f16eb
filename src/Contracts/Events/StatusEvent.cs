using Actors.Contracts.Runs;

namespace Actors.Contracts.Events;

/// <summary>The run's status changed, or something worth a line was found (placement, a warning).</summary>
[GenerateSerializer, Immutable, Alias("Actors.StatusEvent")]
public sealed record StatusEvent : RunEvent
{
    [Id(0)] public required RunStatus Status { get; init; }

    /// <summary>One sentence for people.</summary>
    [Id(1)] public required string Message { get; init; }
}
