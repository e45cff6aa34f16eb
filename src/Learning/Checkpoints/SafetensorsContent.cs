using static TorchSharp.torch;

namespace Actors.Learning.Checkpoints;

/// <summary>What a safetensors file holds.</summary>
/// <param name="Tensors">By name, CPU, contiguous. The caller disposes them.</param>
/// <param name="Metadata">The file's own notes.</param>
public sealed record SafetensorsContent(IReadOnlyDictionary<string, Tensor> Tensors, IReadOnlyDictionary<string, string> Metadata) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Tensor tensor in Tensors.Values)
        {
            tensor.Dispose();
        }
    }
}
