using System.Collections.Immutable;
using Actors.Grains.Federation;
using Actors.Grains.Tensors;
using Orleans.Concurrency;

namespace Actors.Grains.Workers;

/// <summary>A worker that trains a module of a shard: an encoder or the fusion.</summary>
[GrainInterfaceType("module"), Alias("Actors.IModuleGrain")]
public interface IModuleGrain : IGrainWithStringKey
{
    /// <summary>Opens the data and makes the module. A repeat gives the same answer.</summary>
    [ResponseTimeout("01:00:00"), Alias("PrepareAsync")]
    Task<WorkerReady> PrepareAsync(WorkerOrder order);

    /// <summary>Takes the module's parameters as a round begins with them. A repeat takes nothing.</summary>
    /// <param name="round">Number of the round.</param>
    /// <param name="aggregators">Those that hold the module, by segment.</param>
    [ResponseTimeout("01:00:00"), Alias("TakeAsync")]
    Task TakeAsync(long round, ImmutableArray<IAggregatorGrain> aggregators);

    /// <summary>What the module learnt in a round, θ − θ_start of one segment, [n] float32.</summary>
    /// <param name="round">The round it took part in last; another is refused.</param>
    /// <param name="segment">Number of the segment.</param>
    [ResponseTimeout("01:00:00"), Alias("LearnedAsync")]
    Task<TensorPayload> LearnedAsync(long round, int segment);

    /// <summary>One segment of the module as it is, [n] float32.</summary>
    [ResponseTimeout("01:00:00"), Alias("ValuesAsync")]
    Task<TensorPayload> ValuesAsync(int segment);

    /// <summary>Writes the worker's share of a checkpoint's draft.</summary>
    /// <param name="draftFolder">The draft.</param>
    /// <param name="withModule">True for the one shard that writes the module too.</param>
    [ResponseTimeout("01:00:00"), Alias("SaveAsync")]
    Task SaveAsync(string draftFolder, bool withModule);

    /// <summary>Takes the module from a checkpoint.</summary>
    /// <param name="checkpointFolder">A verified checkpoint.</param>
    /// <param name="withOptimizer">True to go on training from it.</param>
    [ResponseTimeout("01:00:00"), Alias("RestoreAsync")]
    Task RestoreAsync(string checkpointFolder, bool withOptimizer);

    /// <summary>
    /// Its generation is over: ends what it waits for, with a cause, and refuses all but Prepare and Release. What its device is at goes on to its end.
    /// </summary>
    /// <remarks>Told to all, and not only to those that they wait for: one of those may be cut off from the run, but not from who waits.</remarks>
    [AlwaysInterleave, ResponseTimeout("01:00:00"), Alias("AbortAsync")]
    Task AbortAsync(string cause);

    /// <summary>Disposes everything. The grain refuses all but Prepare afterwards.</summary>
    [ResponseTimeout("01:00:00"), Alias("ReleaseAsync")]
    Task ReleaseAsync();
}
