using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Actors.Learning.Evaluation;

namespace Actors.Grains.Workers;

/// <summary><see cref="OutputPredictions"/> in a message.</summary>
[GenerateSerializer, Immutable, Alias("Actors.OutputColumn")]
public sealed record OutputColumn
{
    [Id(0)] public required ImmutableArray<int> Predicted { get; init; }

    [Id(1)] public required ImmutableArray<float> Confidence { get; init; }

    [Id(2)] public required ImmutableArray<float> Losses { get; init; }

    // The arrays are the predictions' own, there and back: nobody writes into them.
    internal static OutputColumn Of(OutputPredictions predictions) => new()
    {
        Predicted = ImmutableCollectionsMarshal.AsImmutableArray(predictions.Predicted),
        Confidence = ImmutableCollectionsMarshal.AsImmutableArray(predictions.Confidence),
        Losses = ImmutableCollectionsMarshal.AsImmutableArray(predictions.Losses),
    };

    internal OutputPredictions ToPredictions() => new(
        ImmutableCollectionsMarshal.AsArray(Predicted)!,
        ImmutableCollectionsMarshal.AsArray(Confidence)!,
        ImmutableCollectionsMarshal.AsArray(Losses)!);
}
