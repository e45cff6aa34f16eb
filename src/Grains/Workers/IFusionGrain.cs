using System.Collections.Immutable;
using Actors.Grains.Federation;
using Actors.Learning.Data;
using Orleans.Concurrency;

namespace Actors.Grains.Workers;

/// <summary>The fusion of one shard; conducts the shard's steps. Key: <see cref="WorkerKey.Fusion"/>.</summary>
[GrainInterfaceType("fusion"), Alias("Actors.IFusionGrain")]
public interface IFusionGrain : IModuleGrain
{
    /// <summary>Trains the shard for a piece and tells what the last step did.</summary>
    /// <param name="from">First step.</param>
    /// <param name="to">Step after the last.</param>
    [ResponseTimeout("1.00:00:00"), Alias("TrainAsync")]
    Task<ShardReport> TrainAsync(long from, long to);

    /// <summary>Trains the shard for a round, from the parameters that the round begins with.</summary>
    /// <returns>What it did; null where the round was abandoned meanwhile.</returns>
    [ResponseTimeout("1.00:00:00"), Alias("TrainRoundAsync")]
    Task<ShardRound?> TrainRoundAsync(RoundOrder order);

    /// <summary>Rounds up to this one go on without this shard: it stops after the step it is at.</summary>
    [AlwaysInterleave, ResponseTimeout("01:00:00"), Alias("AbandonAsync")]
    Task AbandonAsync(long round);

    /// <summary>Has every worker of the shard take the parameters that a round begins with.</summary>
    /// <param name="round">Number of the round.</param>
    /// <param name="aggregators">Those that hold the modules, [M + 1] by segment.</param>
    [ResponseTimeout("01:00:00"), Alias("TakeShardAsync")]
    Task TakeShardAsync(long round, ImmutableArray<ImmutableArray<IAggregatorGrain>> aggregators);

    /// <summary>Predicts a part of a split.</summary>
    /// <param name="split">The split.</param>
    /// <param name="part">Which part.</param>
    /// <param name="parts">Parts there are.</param>
    [ResponseTimeout("1.00:00:00"), Alias("EvaluateAsync")]
    Task<ShardPredictions> EvaluateAsync(Split split, int part, int parts);
}
