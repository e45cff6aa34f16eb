using static TorchSharp.torch;

namespace Actors.Learning.Training;

/// <summary>What an encoder says of some samples in evaluation.</summary>
/// <param name="Features">z_i [B, D_i]. Owned by this object.</param>
/// <param name="Logits">The head's logits [B, C]; null where the method does not train it. Owned by this object.</param>
public sealed record EncoderInference(Tensor Features, Tensor? Logits) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        Features.Dispose();
        Logits?.Dispose();
    }
}
