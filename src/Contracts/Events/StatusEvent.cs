using System.Text.Json.Serialization;
using Actors.Contracts.Runs;

namespace Actors.Contracts.Events;

/// <summary>The run's status changed, or something worth a line was found (placement, a warning).</summary>
[GenerateSerializer, Immutable, Alias("Actors.StatusEvent")]
public sealed record StatusEvent : RunEvent
{
    /// <summary>The status from here on.</summary>
    [Id(0)] public required RunStatus Status { get; init; }

    /// <summary>One sentence for people; without the word "warning", which <see cref="IsWarning"/> says.</summary>
    [Id(1)] public required string Message { get; init; }

    /// <summary>Steps of the whole run; null until the data is open.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [Id(2)] public long? TotalSteps { get; init; }

    /// <summary>True where people are warned: something is not as it should be, and the run goes on.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    [Id(3)] public bool IsWarning { get; init; }

    /// <summary>True where a generation ends with it and the run goes on in the next: what lies before it was no pause.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    [Id(4)] public bool GoesOn { get; init; }
}
