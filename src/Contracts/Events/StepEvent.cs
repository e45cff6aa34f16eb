using System.Collections.Immutable;

namespace Actors.Contracts.Events;

/// <summary>One training step, over the samples of all shards.</summary>
[GenerateSerializer, Immutable, Alias("Actors.StepEvent")]
public sealed record StepEvent : RunEvent
{
    /// <summary>Zero-based epoch the step is of.</summary>
    [Id(0)] public required int Epoch { get; init; }

    /// <summary>Mean cross-entropy of the fused output, in nats.</summary>
    [Id(1)] public required double Loss { get; init; }

    /// <summary>Part of the samples that the fused output got right, in [0, 1].</summary>
    [Id(2)] public required double Accuracy { get; init; }

    /// <summary>η of this step: the base rate times the schedule's factor, ≥ 0.</summary>
    [Id(3)] public required double LearningRate { get; init; }

    /// <summary>Training speed since the step event before, over all shards.</summary>
    [Id(4)] public required double SamplesPerSecond { get; init; }

    /// <summary>One entry per modality, in the run's order.</summary>
    [Id(5)] public required ImmutableArray<ModalityStep> Modalities { get; init; }
}
