using static TorchSharp.torch;

namespace Actors.Grains.Tensors;

/// <summary>A tensor's elements in a row, read or written in parts by several threads until it is disposed.</summary>
/// <remarks>A part holds the memory it views: a thread that is not through with its part is safe when this is disposed.</remarks>
internal sealed class TensorMemory : IDisposable
{
    private readonly Lock gate = new();
    private readonly Tensor flat; // [n], dense
    private readonly long elementSize;
    private bool disposed;

    /// <summary>Views a tensor; one that is not dense is copied.</summary>
    /// <param name="tensor">Stays the caller's.</param>
    public TensorMemory(Tensor tensor)
    {
        using Tensor detached = tensor.detach();
        using Tensor dense = detached.contiguous();
        flat = dense.view(-1).DetachFromDisposeScope();
        elementSize = flat.ElementSize;
    }

    /// <summary>Elements that some bytes are.</summary>
    /// <exception cref="InvalidDataException">They are not whole elements.</exception>
    public long Elements(long byteCount) => byteCount % elementSize == 0
        ? byteCount / elementSize
        : throw new InvalidDataException($"A chunk of {byteCount} bytes has no whole elements of {elementSize} bytes. The silos run different versions.");

    /// <summary>A stretch of the elements.</summary>
    /// <param name="offset">First element.</param>
    /// <param name="count">Elements.</param>
    /// <returns>A view [count]; the caller disposes it. Null when this is disposed.</returns>
    /// <exception cref="InvalidDataException">The tensor has no such stretch.</exception>
    public Tensor? Part(long offset, long count)
    {
        lock (gate)
        {
            if (disposed)
            {
                return null;
            }

            long length = flat.numel();
            if (offset < 0 || count < 0 || offset > length - count)
            {
                throw new InvalidDataException(
                    $"Elements {offset} to {offset + count} were asked for of a tensor that has {length}. The silos run different versions.");
            }

            return flat.narrow(0, offset, count).DetachFromDisposeScope();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (gate)
        {
            disposed = true;
            flat.Dispose();
        }
    }
}
