using System.Collections.Immutable;
using Actors.Learning.Evaluation;

namespace Actors.Grains.Workers;

/// <summary>Predictions for one shard's part of a split, in the split's order.</summary>
[GenerateSerializer, Immutable, Alias("Actors.ShardPredictions")]
public sealed record ShardPredictions
{
    [Id(0)] public required ImmutableArray<string> Ids { get; init; }

    [Id(1)] public required ImmutableArray<int> Labels { get; init; }

    [Id(2)] public required OutputColumn Fused { get; init; }

    /// <summary>Of each modality, [M]; null where it has no output of its own.</summary>
    [Id(3)] public required ImmutableArray<OutputColumn?> Unimodal { get; init; }

    /// <summary>Joins the parts of all shards.</summary>
    internal static SplitPredictions Join(IReadOnlyList<ShardPredictions> shards, IReadOnlyList<string> modalities) => new(
        [.. shards.SelectMany(s => s.Ids)],
        [.. shards.SelectMany(s => s.Labels)],
        OutputPredictions.Concatenate([.. shards.Select(s => s.Fused.ToPredictions())]),
        [.. modalities.Select((name, i) => KeyValuePair.Create(
            name,
            shards.Any(s => s.Unimodal[i] is null) ? null : OutputPredictions.Concatenate([.. shards.Select(s => s.Unimodal[i]!.ToPredictions())])))]);
}
