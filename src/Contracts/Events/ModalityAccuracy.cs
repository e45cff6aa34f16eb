namespace Actors.Contracts.Events;

/// <summary>How one modality's own prediction did over a split: accuracy, in [0, 1]. Null where there is none.</summary>
[GenerateSerializer, Immutable, Alias("Actors.ModalityAccuracy")]
public sealed record ModalityAccuracy([property: Id(0)] string Name, [property: Id(1)] double? Accuracy)
{
    /// <summary>Mean cross-entropy, in nats; null also in files of before it was told.</summary>
    [Id(2)] public double? Loss { get; init; }
}
