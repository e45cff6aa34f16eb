using Actors.Grains.Tensors;
using Actors.Grains.Workers;
using Orleans.Concurrency;

namespace Actors.Grains.Federation;

/// <summary>
/// Holds a segment of a module between rounds: adds up what the participants learnt, in shard order, and takes the server optimiser's step.
/// Key: <see cref="WorkerKey.Aggregator"/>.
/// </summary>
/// <remarks>
/// It asks the workers for what it adds next, and fetches it at once, so that it needs room for a few segments however many shards there
/// are, and nothing comes that it did not ask for.
/// </remarks>
[GrainInterfaceType("aggregator"), Alias("Actors.IAggregatorGrain")]
public interface IAggregatorGrain : IGrainWithStringKey
{
    /// <summary>Takes its segment from a worker, and where the run goes on from a checkpoint, all it knew then.</summary>
    /// <param name="order">Which segment.</param>
    /// <param name="round">The round that comes next.</param>
    /// <param name="from">A worker of the module.</param>
    /// <param name="checkpointFolder">A verified checkpoint; null: begins anew.</param>
    [ResponseTimeout("01:00:00"), Alias("PrepareAsync")]
    Task PrepareAsync(AggregatorOrder order, long round, IModuleGrain from, string? checkpointFolder);

    /// <summary>Adds up a round. Nothing is changed by it: it can be asked again with others.</summary>
    /// <param name="round">The round.</param>
    /// <param name="given">The participants that are in, in shard order.</param>
    /// <returns>
    /// Those that were lost, with which the round cannot be added up, in shard order: where a silo cannot be reached, all that are out of
    /// reach. None where all was added.
    /// </returns>
    [ResponseTimeout("01:00:00"), Alias("AddAsync")]
    Task<LostContribution[]> AddAsync(long round, Contribution[] given);

    /// <summary>Takes the server optimiser's step with what was added. A repeat does nothing.</summary>
    [ResponseTimeout("01:00:00"), Alias("ApplyAsync")]
    Task ApplyAsync(long round);

    /// <summary>The segment that a round begins with, [n] float32, or what the run's wire format makes of it.</summary>
    [AlwaysInterleave, ResponseTimeout("01:00:00"), Alias("ParametersAsync")]
    Task<TensorPayload> ParametersAsync(long round);

    /// <summary>Writes the segment and the server optimiser's state into a checkpoint's draft.</summary>
    [ResponseTimeout("01:00:00"), Alias("SaveAsync")]
    Task SaveAsync(string draftFolder);

    /// <summary>Disposes everything.</summary>
    [ResponseTimeout("01:00:00"), Alias("ReleaseAsync")]
    Task ReleaseAsync();
}
