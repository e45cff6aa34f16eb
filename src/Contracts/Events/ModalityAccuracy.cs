namespace Actors.Contracts.Events;

/// <summary>Accuracy of one modality's own prediction, in [0, 1]; null where there is none.</summary>
[GenerateSerializer, Immutable, Alias("Actors.ModalityAccuracy")]
public sealed record ModalityAccuracy([property: Id(0)] string Name, [property: Id(1)] double? Accuracy);
