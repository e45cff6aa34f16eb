using System.Collections.Immutable;

using System.Text.Json.Serialization;

namespace Actors.Contracts.Events;

/// <summary>One pass over a split, exact for any sharding; over the whole of it, where no warning says otherwise.</summary>
[GenerateSerializer, Immutable, Alias("Actors.EvaluationEvent")]
public sealed record EvaluationEvent : RunEvent
{
    /// <summary>One of <see cref="SplitName"/>.</summary>
    [Id(0)] public required string Split { get; init; }

    /// <summary>Epochs finished.</summary>
    [Id(1)] public required int Epoch { get; init; }

    /// <summary>Samples evaluated: those of the split, but for what <see cref="Warning"/> says.</summary>
    [Id(2)] public required int SampleCount { get; init; }

    /// <summary>Mean cross-entropy of the fused output, in nats.</summary>
    [Id(3)] public required double Loss { get; init; }

    /// <summary>In [0, 1].</summary>
    [Id(4)] public required double Accuracy { get; init; }

    /// <summary>Unweighted mean of the classes' F1, in [0, 1].</summary>
    [Id(5)] public required double MacroF1 { get; init; }

    /// <summary>Expected calibration error, 15 bins, in [0, 1].</summary>
    [Id(6)] public required double CalibrationError { get; init; }

    /// <summary>Accuracy of each modality's own prediction, in the run's order; null where there is none.</summary>
    [Id(7)] public required ImmutableArray<ModalityAccuracy> Modalities { get; init; }

    /// <summary>True where this is the best on validation so far.</summary>
    [Id(8)] public required bool Best { get; init; }

    /// <summary>
    /// Where the best checkpoint was not to be had for the test: why, and which was evaluated instead. Where samples are not in it, since only shards that are
    /// away have them: how many, and which shards.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [Id(9)] public string? Warning { get; init; }
}
