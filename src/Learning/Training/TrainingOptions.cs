using Actors.Learning.Balancing;
using Actors.Learning.Federation;
using Actors.Learning.Fusion;
using Actors.Learning.Optimization;

namespace Actors.Learning.Training;

/// <summary>Everything that decides what a run learns, apart from its data and devices.</summary>
public sealed record TrainingOptions
{
    /// <summary>Seed of weights, order of samples and dropout.</summary>
    public required ulong Seed { get; init; }

    /// <summary>The modalities, [M]; their order is that of scores and coefficients.</summary>
    public required IReadOnlyList<ModalityOptions> Modalities { get; init; }

    /// <summary>The fusion.</summary>
    public required FusionOptions Fusion { get; init; }

    /// <summary>The balancing method.</summary>
    public required MethodOptions Method { get; init; }

    /// <summary>The optimiser of every module.</summary>
    public required OptimizerOptions Optimizer { get; init; }

    /// <summary>The learning-rate schedule.</summary>
    public ScheduleOptions Schedule { get; init; } = new();

    /// <summary>B, samples of one shard in one step, ≥ 1.</summary>
    public required int BatchSize { get; init; }

    /// <summary>D, the number of shards, ≥ 1. Default: 1.</summary>
    public int ShardCount { get; init; } = 1;

    /// <summary>Epochs, ≥ 1.</summary>
    public required int Epochs { get; init; }

    /// <summary>Greatest gradient norm of a module; null: none. Default: none.</summary>
    public double? ClipNorm { get; init; }

    /// <summary>What shards agree on. Default: gradients.</summary>
    public SynchronizationMode Synchronization { get; init; } = SynchronizationMode.Gradients;

    /// <summary>H, steps of a round when parameters are synchronised, ≥ 1. Default: 1.</summary>
    public int SynchronizeEvery { get; init; } = 1;

    /// <summary>How a round goes when parameters are synchronised.</summary>
    public RoundOptions Rounds { get; init; } = new();

    /// <summary>Samples evaluated at once, ≥ 1. Default: 256.</summary>
    public int EvaluationBatchSize { get; init; } = 256;
}
