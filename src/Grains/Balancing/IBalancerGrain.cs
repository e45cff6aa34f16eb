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

    /// <summary>Ends every exchange that waits, with a cause.</summary>
    [AlwaysInterleave, Alias("AbortAsync")]
    Task AbortAsync(string cause);
}
