using static TorchSharp.torch;

namespace Actors.Grains.Workers;

/// <summary>A batch whose features are on this silo.</summary>
/// <param name="Batch">What the encoder answered.</param>
/// <param name="Features">z_i [B, D_i]. Owned by this object.</param>
internal sealed record TakenBatch(EncodedBatch Batch, Tensor Features) : IDisposable
{
    /// <summary>Waits for an answer and takes its features, while slower encoders are still at work.</summary>
    public static async Task<TakenBatch> OfAsync(Task<EncodedBatch> answer)
    {
        EncodedBatch batch = await answer;
        return new TakenBatch(batch, await batch.Features.TakeAsync());
    }

    /// <inheritdoc/>
    public void Dispose() => Features.Dispose();
}
