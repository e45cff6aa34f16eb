using Actors.Learning.Data;
using Orleans.Concurrency;

namespace Actors.Grains.Workers;

/// <summary>The fusion of one shard; conducts the shard's steps. Key: <see cref="WorkerKey.Fusion"/>.</summary>
[GrainInterfaceType("fusion"), Alias("Actors.IFusionGrain")]
public interface IFusionGrain : IGrainWithStringKey
{
    /// <summary>Opens the data and makes the module. A repeat gives the same answer.</summary>
    [ResponseTimeout("01:00:00"), Alias("PrepareAsync")]
    Task<WorkerReady> PrepareAsync(WorkerOrder order);

    /// <summary>Trains the shard for a piece and tells what the last step did.</summary>
    /// <param name="from">First step.</param>
    /// <param name="to">Step after the last.</param>
    /// <param name="synchronizeAtEnd">True where parameters are averaged after the last step whatever the round.</param>
    [ResponseTimeout("1.00:00:00"), Alias("TrainAsync")]
    Task<ShardReport> TrainAsync(long from, long to, bool synchronizeAtEnd);

    /// <summary>Predicts the shard's part of a split.</summary>
    [ResponseTimeout("1.00:00:00"), Alias("EvaluateAsync")]
    Task<ShardPredictions> EvaluateAsync(Split split);

    /// <summary>Writes the module into a checkpoint's draft.</summary>
    [ResponseTimeout("01:00:00"), Alias("SaveAsync")]
    Task SaveAsync(string draftFolder);

    /// <summary>Takes the module from a checkpoint.</summary>
    [ResponseTimeout("01:00:00"), Alias("RestoreAsync")]
    Task RestoreAsync(string checkpointFolder, bool withOptimizer);

    /// <summary>Ends every reduction that waits, with a cause; what is under way then fails.</summary>
    [AlwaysInterleave, Alias("AbortAsync")]
    Task AbortAsync(string cause);

    /// <summary>Disposes everything. The grain refuses all but Prepare afterwards.</summary>
    [Alias("ReleaseAsync")]
    Task ReleaseAsync();
}
