using static TorchSharp.torch;

namespace Actors.Learning.Training;

/// <summary>What an encoder sends to the fusion for one step. Dispose it when the fusion has used it.</summary>
/// <param name="Features">z_i [B, D_i], float32, on the encoder's device, without a graph. Owned by this object.</param>
/// <param name="Digest">Digest of the sample ids of the batch, in order.</param>
/// <param name="SampleCount">B.</param>
/// <param name="Head">Of the unimodal head; null where the method does not train it.</param>
public sealed record EncoderForward(Tensor Features, ulong Digest, int SampleCount, OutputStatistics? Head) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => Features.Dispose();
}
