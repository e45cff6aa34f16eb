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

    /// <summary>What it learns from.</summary>
    [Id(2)] public required DataConfiguration Data { get; init; }

    /// <summary>The modalities trained on, in the order k and scores are listed; at least one.</summary>
    [Id(3)] public required ImmutableArray<ModalityConfiguration> Modalities { get; init; }

    /// <summary>What joins the features.</summary>
    [Id(4)] public required FusionConfiguration Fusion { get; init; }

    /// <summary>How modalities are balanced.</summary>
    [Id(5)] public required MethodConfiguration Method { get; init; }

    /// <summary>How long, in what batches, on how many shards.</summary>
    [Id(6)] public required TrainingConfiguration Training { get; init; }

    /// <summary>How parameters are updated.</summary>
    [Id(7)] public required OptimizerConfiguration Optimizer { get; init; }

    /// <summary>How the learning rate changes.</summary>
    [Id(8)] public required ScheduleConfiguration Schedule { get; init; }

    /// <summary>When it is saved, and how often that is kept.</summary>
    [Id(9)] public required CheckpointConfiguration Checkpoint { get; init; }

    /// <summary>Where its workers compute.</summary>
    [Id(10)] public required PlacementConfiguration Placement { get; init; }

    /// <summary>In what numbers they tell each other what they found. Default: fp32 throughout.</summary>
    [Id(11)] public WireConfiguration Wire { get; init; } = new();

    /// <summary>The same without files of pre-trained weights, which may be gone when a checkpoint has what was learned since.</summary>
    public RunConfiguration WithoutWeights() =>
        this with { Modalities = [.. Modalities.Select(modality => modality with { Weights = null })] };
}
