using System.Collections.Immutable;

namespace Actors.Contracts.Runs;

/// <summary>What a person asked for: one run, resolved, every default filled in. Checked before it is sent.</summary>
[GenerateSerializer, Immutable, Alias("Actors.RunConfiguration")]
public sealed record RunConfiguration
{
    /// <summary>Name of the run; its folder is named after it.</summary>
    [Id(0)] public required string Name { get; init; }

    /// <summary>Seed of weights, order of samples and dropout.</summary>
    [Id(1)] public required long Seed { get; init; }

    [Id(2)] public required DataConfiguration Data { get; init; }

    /// <summary>The modalities trained on, in the order k and scores are listed; at least one.</summary>
    [Id(3)] public required ImmutableArray<ModalityConfiguration> Modalities { get; init; }

    [Id(4)] public required FusionConfiguration Fusion { get; init; }

    [Id(5)] public required MethodConfiguration Method { get; init; }

    [Id(6)] public required TrainingConfiguration Training { get; init; }

    [Id(7)] public required OptimizerConfiguration Optimizer { get; init; }

    [Id(8)] public required ScheduleConfiguration Schedule { get; init; }

    [Id(9)] public required CheckpointConfiguration Checkpoint { get; init; }

    [Id(10)] public required PlacementConfiguration Placement { get; init; }

    [Id(11)] public WireConfiguration Wire { get; init; } = new();

    /// <summary>The same without files of pre-trained weights, which may be gone when a checkpoint has what was learned since.</summary>
    public RunConfiguration WithoutWeights() =>
        this with { Modalities = [.. Modalities.Select(modality => modality with { Weights = null })] };
}
