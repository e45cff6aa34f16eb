using Actors.Contracts.Runs;
using Orleans.Concurrency;

namespace Actors.Grains.Balancing;

/// <summary>Adds up the scores of all shards and gives each step's coefficients. Key: <see cref="Workers.WorkerKey.Balancer"/>.</summary>
[GrainInterfaceType("balancer"), Alias("Actors.IBalancerGrain")]
public interface IBalancerGrain : IGrainWithStringKey
{
    /// <summary>Takes the run's method.</summary>
    [Alias("PrepareAsync")]
    Task PrepareAsync(RunConfiguration configuration);

    /// <summary>Reports a shard's scores of a step; answers when every shard has. A repeat gives the same answer.</summary>
    /// <param name="step">The step.</param>
    /// <param name="shard">Index d.</param>
    /// <param name="scoreSums">Sum of the true-class probabilities of each modality, [M]; null where it has no output of its own.</param>
    /// <param name="sampleCounts">Samples behind each sum, [M].</param>
    /// <returns>k, [M].</returns>
    [AlwaysInterleave, ResponseTimeout("01:00:00"), Alias("ExchangeAsync")]
    Task<double[]> ExchangeAsync(long step, int shard, double?[] scoreSums, long[] sampleCounts);

    /// <summary>From now on the exchanges are complete with these shards, until the next call; before the first, with all.</summary>
    [Alias("BeginRoundAsync")]
    Task BeginRoundAsync(long round, int[] shards);

    /// <summary>A shard was lost: nobody waits for its scores in this round any more. A repeat does nothing, also where it comes in a later round.</summary>
    [AlwaysInterleave, ResponseTimeout("01:00:00"), Alias("DropAsync")]
    Task DropAsync(long round, int shard);

    /// <summary>The coefficients for the sums and counts of a whole round, [M] each.</summary>
    [Alias("CoefficientsAsync")]
    Task<double[]> CoefficientsAsync(double?[] scoreSums, long[] sampleCounts);

    /// <summary>Ends every exchange that waits, with a cause.</summary>
    [AlwaysInterleave, ResponseTimeout("01:00:00"), Alias("AbortAsync")]
    Task AbortAsync(string cause);
}
