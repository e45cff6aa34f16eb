using Actors.Grains.Tensors;
using Orleans.Concurrency;

namespace Actors.Grains.Reduction;

/// <summary>Averages one slice of a module over the shards, in shard order. Key: <see cref="Workers.WorkerKey.Reducer"/>.</summary>
[GrainInterfaceType("reducer"), Alias("Actors.IReducerGrain")]
public interface IReducerGrain : IGrainWithStringKey
{
    /// <summary>Gives a shard's slice; answers with the mean when every shard has given. A repeat gives the same answer.</summary>
    /// <param name="round">Number of the reduction, rising.</param>
    /// <param name="shard">Index d.</param>
    /// <param name="shardCount">D.</param>
    /// <param name="sampleCount">The shard's weight.</param>
    /// <param name="slice">[n], float32 or what the run's wire format makes of it, which the mean has too; stays the caller's until it has the answer.</param>
    [AlwaysInterleave, ResponseTimeout("01:00:00"), Alias("ReduceAsync")]
    Task<TensorPayload> ReduceAsync(long round, int shard, int shardCount, long sampleCount, TensorPayload slice);

    /// <summary>Ends every reduction that waits, with a cause.</summary>
    [AlwaysInterleave, ResponseTimeout("00:00:10"), Alias("AbortAsync")]
    Task AbortAsync(string cause);
}
