using Actors.Grains.Workers;

namespace Actors.Grains.Federation;

/// <summary>Adds up a shard's steps of a round.</summary>
internal sealed class RoundTally(int modalityCount)
{
    private readonly long[] samples = new long[modalityCount + 1];
    private readonly double?[] scores = [.. Enumerable.Repeat<double?>(0, modalityCount)];
    private ShardReport? last;

    /// <summary>Adds a step.</summary>
    /// <param name="report">What it did.</param>
    /// <param name="carried">Samples that carried each modality, [M].</param>
    public void Add(ShardReport report, long[] carried)
    {
        last = report;
        samples[^1] += report.SampleCount;
        for (int i = 0; i < modalityCount; i++)
        {
            samples[i] += carried[i];
            scores[i] += report.Unimodal[i]?.ScoreSum; // null stays null
        }
    }

    /// <summary>The round; at least one step was added.</summary>
    /// <param name="own">Samples that are the shard's own, where it weighs those; null: it weighs the round's.</param>
    public ShardRound ToRound(long? own) => new()
    {
        Last = last!,
        SampleCounts = [.. samples],
        ScoreSums = [.. scores],
        Weights = [.. samples.Select(count => count == 0 ? 0 : own ?? count)],
    };
}
