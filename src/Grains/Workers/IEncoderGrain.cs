using Actors.Grains.Federation;
using Actors.Grains.Tensors;
using Actors.Learning.Data;

namespace Actors.Grains.Workers;

/// <summary>One modality's encoder on one shard. Key: <see cref="WorkerKey.Encoder"/>.</summary>
[GrainInterfaceType("encoder"), Alias("Actors.IEncoderGrain")]
public interface IEncoderGrain : IRoundWorker
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
    [ResponseTimeout("01:00:00"), Alias("LearnAsync")]
    Task<double> LearnAsync(long step, TensorPayload featureGradient, double coefficient);

    /// <summary>Training of a round begins, with the parameters that were taken.</summary>
    [ResponseTimeout("01:00:00"), Alias("BeginRoundAsync")]
    Task BeginRoundAsync();

    /// <summary>Encodes samples without learning.</summary>
    [ResponseTimeout("01:00:00"), Alias("InferAsync")]
    Task<InferredBatch> InferAsync(Split split, int[] rows);

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

    /// <summary>Disposes everything. The grain refuses all but Prepare afterwards.</summary>
    [ResponseTimeout("01:00:00"), Alias("ReleaseAsync")]
    Task ReleaseAsync();
}
