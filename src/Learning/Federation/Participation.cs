using Actors.Learning.Data;
using Actors.Learning.Training;

namespace Actors.Learning.Federation;

/// <summary>Which shards take part in a round: a pure function of (seed, round), as long as all shards are there.</summary>
public static class Participation
{
    private const double Dust = 1e-9; // 0.55 × 100 is 55.00000000000001

    /// <summary>How many shards a round is to have.</summary>
    public static int Count(RoundOptions options, int shardCount) =>
        Math.Clamp((int)Math.Ceiling((options.Fraction * shardCount) - Dust), options.Minimum ?? 1, shardCount);

    /// <summary>Contributions without which a round cannot end.</summary>
    public static int Minimum(RoundOptions options, int shardCount) => options.Minimum ?? Count(options, shardCount);

    /// <summary>Draws the shards of a round, in rising order.</summary>
    /// <param name="options">How many.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="round">Number of the round.</param>
    /// <param name="shardCount">D.</param>
    /// <param name="isThere">False for a shard that cannot take part; the next one drawn takes its place.</param>
    public static int[] Draw(RoundOptions options, ulong seed, long round, int shardCount, Func<int, bool> isThere)
    {
        int[] drawn = new RandomStream(DerivedSeed.Of(seed, "participation"), (ulong)round).Permutation(shardCount);
        return [.. drawn.Where(isThere).Take(Count(options, shardCount)).Order()];
    }
}
