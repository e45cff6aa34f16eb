using System.Text.Json.Serialization;

namespace Actors.Contracts.Events;

/// <summary>Something that happened in a run; a line of its <c>metrics.jsonl</c>, in snake_case.</summary>
[GenerateSerializer, Immutable, Alias("Actors.RunEvent")]
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(StatusEvent), "status")]
[JsonDerivedType(typeof(StepEvent), "step")]
[JsonDerivedType(typeof(RoundEvent), "round")]
[JsonDerivedType(typeof(EvaluationEvent), "evaluation")]
[JsonDerivedType(typeof(CheckpointEvent), "checkpoint")]
public abstract record RunEvent
{
    /// <summary>
    /// Position in the run's events, from 0, without gaps; steps that are taken again have their numbers again. The run's journal sets it.
    /// </summary>
    [JsonRequired]
    [Id(0)] public long Sequence { get; init; }

    /// <summary>When it happened; the run's journal sets it.</summary>
    [JsonRequired]
    [Id(1)] public DateTimeOffset Time { get; init; }

    /// <summary>Steps taken when it happened.</summary>
    [Id(2)] public required long Step { get; init; }

    /// <summary>The generation that told it, so that whoever watches knows which it has seen of those with its number; 0: read from the file.</summary>
    [JsonIgnore]
    [Id(3)] public int Generation { get; init; }
}
