using Actors.Grains.Tensors;
using Orleans.Concurrency;

namespace Actors.Grains.Reduction;

/// <summary>
/// Averages segments of a generation's modules over the shards, in shard order: those that fall to one silo.
/// Key: <see cref="Workers.WorkerKey.Reducer"/>.
/// </summary>
[GrainInterfaceType("reducer"), Alias("Actors.IReducerGrain")]
public interface IReducerGrain : IGrainWithStringKey
{
    /// <summary>Gives a shard's segment; answers with the mean when every shard has given. A repeat gives the same answer.</summary>
    /// <param name="part">Which segment it is, and of which shard.</param>
    /// <param name="segment">[n], float32 or the run's wire format, as the mean is; stays the caller's until it has the answer.</param>
    [AlwaysInterleave, ResponseTimeout("01:00:00"), Alias("ReduceAsync")]
    Task<TensorPayload> ReduceAsync(ShardSegment part, TensorPayload segment);

    /// <summary>Ends every reduction that waits, with a cause, and disposes what it has; whoever comes late is refused.</summary>
    [AlwaysInterleave, ResponseTimeout("01:00:00"), Alias("AbortAsync")]
    Task AbortAsync(string cause);
}
