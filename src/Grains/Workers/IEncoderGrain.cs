using Actors.Grains.Tensors;
using Actors.Learning.Data;
using Orleans.Concurrency;

namespace Actors.Grains.Workers;

/// <summary>One modality's encoder on one shard. Key: <see cref="WorkerKey.Encoder"/>.</summary>
[GrainInterfaceType("encoder"), Alias("Actors.IEncoderGrain")]
public interface IEncoderGrain : IGrainWithStringKey
{
    /// <summary>Opens the data and makes the module. A repeat gives the same answer.</summary>
    [ResponseTimeout("01:00:00"), Alias("PrepareAsync")]
    Task<WorkerReady> PrepareAsync(WorkerOrder order);

    /// <summary>Encodes the batch of a step. A repeat of the last step gives the same answer.</summary>
    [ResponseTimeout("01:00:00"), Alias("EncodeAsync")]
    Task<EncodedBatch> EncodeAsync(long step);

    /// <summary>Learns from what came back; returns the gradient's norm. A repeat of the last step learns nothing more.</summary>
    /// <param name="step">The step that was encoded last.</param>
    /// <param name="featureGradient">∂L_mm/∂z_i [B, D_i]; stays the caller's.</param>
    /// <param name="coefficient">k_i.</param>
    /// <param name="synchronize">True where parameters are averaged over the shards after this step.</param>
    [ResponseTimeout("01:00:00"), Alias("LearnAsync")]
    Task<double> LearnAsync(long step, TensorPayload featureGradient, double coefficient, bool synchronize);

    /// <summary>Encodes samples without learning.</summary>
    [ResponseTimeout("01:00:00"), Alias("InferAsync")]
    Task<InferredBatch> InferAsync(Split split, int[] rows);

    /// <summary>Writes the module into a checkpoint's draft.</summary>
    [ResponseTimeout("01:00:00"), Alias("SaveAsync")]
    Task SaveAsync(string draftFolder);

    /// <summary>Takes the module from a checkpoint.</summary>
    /// <param name="checkpointFolder">A verified checkpoint.</param>
    /// <param name="withOptimizer">True to go on training from it.</param>
    [ResponseTimeout("01:00:00"), Alias("RestoreAsync")]
    Task RestoreAsync(string checkpointFolder, bool withOptimizer);

    /// <summary>Ends every reduction that waits, with a cause; what is under way then fails.</summary>
    [AlwaysInterleave, Alias("AbortAsync")]
    Task AbortAsync(string cause);

    /// <summary>Disposes everything. The grain refuses all but Prepare afterwards.</summary>
    [Alias("ReleaseAsync")]
    Task ReleaseAsync();
}
