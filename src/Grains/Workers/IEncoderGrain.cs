using Actors.Grains.Tensors;
using Actors.Learning.Data;

namespace Actors.Grains.Workers;

/// <summary>One modality's encoder on one shard. Key: <see cref="WorkerKey.Encoder"/>.</summary>
[GrainInterfaceType("encoder"), Alias("Actors.IEncoderGrain")]
public interface IEncoderGrain : IModuleGrain
{
    /// <summary>Encodes the batch of a step. A repeat of the last step gives the same answer.</summary>
    [ResponseTimeout("01:00:00"), Alias("EncodeAsync")]
    Task<EncodedBatch> EncodeAsync(long step);

    /// <summary>Learns from what came back. A repeat of the last step learns nothing more.</summary>
    /// <param name="step">The step that was encoded last.</param>
    /// <param name="featureGradient">∂L_mm/∂z_i [B, D_i]; stays the caller's.</param>
    /// <param name="coefficient">k_i.</param>
    /// <param name="tellsNorm">True where the gradient's norm is wanted, which a GPU has to be waited for.</param>
    /// <returns>The gradient's norm; null where it is not wanted.</returns>
    [ResponseTimeout("01:00:00"), Alias("LearnAsync")]
    Task<double?> LearnAsync(long step, TensorPayload featureGradient, double coefficient, bool tellsNorm);

    /// <summary>Training of a round begins, with the parameters that were taken.</summary>
    [ResponseTimeout("01:00:00"), Alias("BeginRoundAsync")]
    Task BeginRoundAsync();

    /// <summary>Encodes samples without learning.</summary>
    [ResponseTimeout("01:00:00"), Alias("InferAsync")]
    Task<InferredBatch> InferAsync(Split split, int[] rows);
}
