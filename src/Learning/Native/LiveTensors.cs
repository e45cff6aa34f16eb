using TorchSharp;
using TorchSharp.Modules;

namespace Actors.Learning.Native;

/// <summary>How many native tensors this process has: at rest, what it had before.</summary>
public static class LiveTensors
{
    private static long parameters;

    /// <summary>Tensors that nobody has disposed or the collector found.</summary>
    /// <remarks>TorchSharp counts the tensor that a parameter is made of for ever, though the parameter took its memory over; those are left out.</remarks>
    public static long Count => torch.Tensor.TotalCount - Interlocked.Read(ref parameters);

    /// <summary>Parameters were made.</summary>
    internal static void CountParameters(IEnumerable<torch.Tensor> made) => Interlocked.Add(ref parameters, made.Count(tensor => tensor is Parameter));
}
