using System.Collections.Immutable;
using Actors.Grains.Workers;

namespace Actors.Grains.Federation;

/// <summary>What one shard did in a round.</summary>
[GenerateSerializer, Immutable, Alias("Actors.ShardRound")]
public sealed record ShardRound
{
    /// <summary>Its last step.</summary>
    [Id(0)] public required ShardReport Last { get; init; }

    /// <summary>Samples of the whole round that carried each modality, [M], then all of them.</summary>
    [Id(1)] public required ImmutableArray<long> SampleCounts { get; init; }

    /// <summary>Sums of each modality's true-class probabilities over the round, [M]; null where it has no output of its own.</summary>
    [Id(2)] public required ImmutableArray<double?> ScoreSums { get; init; }

    /// <summary>Samples that what it learnt weighs, of each encoder, [M], then of the fusion: those of the round, or those that are the shard's own.</summary>
    [Id(3)] public required ImmutableArray<long> Weights { get; init; }

    /// <summary>The score sums and sample counts of several shards together, [M] each.</summary>
    internal static (double?[] ScoreSums, long[] SampleCounts) Sum(IEnumerable<ShardRound> shards, int modalityCount)
    {
        var sums = new double?[modalityCount];
        long[] counts = new long[modalityCount];
        Array.Fill(sums, 0);
        foreach (ShardRound shard in shards)
        {
            for (int i = 0; i < modalityCount; i++)
            {
                sums[i] += shard.ScoreSums[i]; // null stays null
                counts[i] += shard.SampleCounts[i];
            }
        }

        return (sums, counts);
    }
}
