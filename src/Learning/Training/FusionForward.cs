using static TorchSharp.torch;

namespace Actors.Learning.Training;

/// <summary>What a fusion sends back for one step. Dispose it when every encoder has used its gradient.</summary>
/// <param name="FeatureGradients">∂L_mm/∂z_i [B, D_i] of each modality, float32, on the fusion's device. Owned by this object.</param>
/// <param name="Fused">Of the fused output.</param>
/// <param name="SampleCount">B.</param>
/// <param name="Slices">Of each modality's slice of the fused logits, [M]; null where the fusion has none or heads are trained.</param>
public sealed record FusionForward(
    IReadOnlyList<Tensor> FeatureGradients,
    OutputStatistics Fused,
    int SampleCount,
    IReadOnlyList<OutputStatistics>? Slices) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Tensor gradient in FeatureGradients)
        {
            gradient.Dispose();
        }
    }
}
