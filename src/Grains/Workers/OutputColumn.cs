using Actors.Learning.Evaluation;

namespace Actors.Grains.Workers;

/// <summary><see cref="OutputPredictions"/> in a message.</summary>
[GenerateSerializer, Immutable, Alias("Actors.OutputColumn")]
public sealed record OutputColumn
{
    [Id(0)] public required int[] Predicted { get; init; }

    [Id(1)] public required float[] Confidence { get; init; }

    [Id(2)] public required float[] Losses { get; init; }

    internal static OutputColumn Of(OutputPredictions p) => new() { Predicted = p.Predicted, Confidence = p.Confidence, Losses = p.Losses };

    internal OutputPredictions ToPredictions() => new(Predicted, Confidence, Losses);
}
