using Actors.Contracts.Events;
using Actors.Grains.Workers;

namespace Actors.Grains.Federation;

/// <summary>How a round ended.</summary>
/// <param name="Number">Number of the round.</param>
/// <param name="Participants">Shards that began it, in order.</param>
/// <param name="Given">What those did that are in, by shard.</param>
/// <param name="Late">Shards that were not through by the deadline.</param>
/// <param name="Away">Shards that were not there when it began, in order.</param>
/// <param name="Moved">Shards that came back for it on other devices, in order.</param>
/// <param name="Lost">Shards that were lost, and why.</param>
/// <param name="Coefficients">k to go on with, [M].</param>
internal sealed record RoundResult(
    long Number,
    int[] Participants,
    SortedDictionary<int, ShardRound> Given,
    int[] Late,
    int[] Away,
    int[] Moved,
    IReadOnlyDictionary<int, Exception> Lost,
    double[] Coefficients)
{
    /// <summary>The last step of the round in every shard that is in.</summary>
    public ShardReport[] Reports => [.. Given.Values.Select(shard => shard.Last)];

    /// <summary>Samples of the round, over the shards that are in.</summary>
    public long SampleCount => Given.Values.Sum(shard => shard.SampleCounts[^1]);

    /// <summary>True where somebody who might be in is not.</summary>
    public bool IsIncomplete => Given.Count < Participants.Length || Away.Length > 0;

    /// <summary>True where the round before was incomplete.</summary>
    public bool FollowsIncomplete { get; init; }

    /// <summary>True where it must be told: somebody is not in, or all are again.</summary>
    public bool IsNews => IsIncomplete || FollowsIncomplete;

    /// <summary>The event that tells of it.</summary>
    public RoundEvent ToEvent(long step, double seconds) => new()
    {
        Step = step,
        Round = Number,
        ParticipantCount = Participants.Length,
        ContributionCount = Given.Count,
        SampleCount = SampleCount,
        Late = [.. Late],
        Lost = [.. Lost.Keys.Order()],
        Away = [.. Away],
        Moved = [.. Moved],
        Seconds = seconds,
    };
}
