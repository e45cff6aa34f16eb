using System.Text.Json.Serialization;

namespace Actors.Contracts.Runs;

/// <summary>How long and in what pieces a run trains.</summary>
[GenerateSerializer, Immutable, Alias("Actors.TrainingConfiguration")]
public sealed record TrainingConfiguration
{
    /// <summary>The <see cref="SynchronizationMode"/> in which shards agree on gradients.</summary>
    public const string Gradients = "gradients";

    /// <summary>The <see cref="SynchronizationMode"/> in which they agree on parameters, by rounds.</summary>
    public const string Parameters = "parameters";

    /// <summary>Passes over the training split, ≥ 1.</summary>
    [Id(0)] public required int Epochs { get; init; }

    /// <summary>Samples a shard trains on in one step, ≥ 1.</summary>
    [Id(1)] public required int BatchSize { get; init; }

    /// <summary>D, the number of shards, ≥ 1.</summary>
    [Id(2)] public required int Shards { get; init; }

    /// <summary>What shards agree on: <c>gradients</c> (every step) or <c>parameters</c>.</summary>
    [Id(3)] public required string SynchronizationMode { get; init; }

    /// <summary>True where shards agree on parameters, by rounds.</summary>
    [JsonIgnore] // it says nothing that the mode does not
    public bool SynchronizesParameters => SynchronizationMode == Parameters;

    /// <summary>H, steps of a round in mode <c>parameters</c>, ≥ 1; 1 in mode <c>gradients</c>.</summary>
    [Id(4)] public required int SynchronizationEvery { get; init; }

    /// <summary>Greatest gradient norm of a module; longer ones are shortened to it. Null: none.</summary>
    [Id(5)] public double? ClipNorm { get; init; }

    /// <summary>Samples evaluated at once, ≥ 1.</summary>
    [Id(6)] public required int EvaluationBatchSize { get; init; }

    /// <summary>Epochs between two evaluations on validation, ≥ 1; the last epoch always is.</summary>
    [Id(7)] public required int EvaluateEveryEpochs { get; init; }

    /// <summary>Steps between two step events, ≥ 1.</summary>
    [Id(8)] public required int LogEverySteps { get; init; }

    /// <summary>How a round goes in mode <c>parameters</c>; null in mode <c>gradients</c>, and for rounds that are plain averages.</summary>
    [Id(9)] public RoundConfiguration? Rounds { get; init; }
}
