using static TorchSharp.torch;

namespace Actors.Learning.Data;

/// <summary>One modality's input for one step.</summary>
/// <param name="Step">The step.</param>
/// <param name="Input">[B, …Shape], float32, on the worker's device. Owned by this object.</param>
/// <param name="Rows">Rows of the training split, [B].</param>
/// <param name="Digest">Digest of the sample ids, in order.</param>
public sealed record Batch(long Step, Tensor Input, int[] Rows, ulong Digest) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => Input.Dispose();
}
