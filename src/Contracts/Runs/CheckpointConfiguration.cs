namespace Actors.Contracts.Runs;

/// <summary>When checkpoints are written and how many stay.</summary>
[GenerateSerializer, Immutable, Alias("Actors.CheckpointConfiguration")]
public sealed record CheckpointConfiguration
{
    /// <summary>Epochs between two checkpoints, ≥ 1; the last epoch and a stop always write one.</summary>
    [Id(0)] public required int EveryEpochs { get; init; }

    /// <summary>Steps between two checkpoints, ≥ 1; null: only by epochs.</summary>
    [Id(1)] public int? EverySteps { get; init; }

    /// <summary>Latest checkpoints that stay, ≥ 1; the best by validation stays besides.</summary>
    [Id(2)] public required int Keep { get; init; }
}
