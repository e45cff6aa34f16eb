using static TorchSharp.torch;

namespace Actors.Grains.Tensors;

/// <summary>A tensor that chunks are being read into, by several threads, until it is disposed.</summary>
/// <param name="destination">Dense, on the CPU; stays the caller's.</param>
internal sealed class TensorArrival(Tensor destination) : IDisposable
{
    private readonly TensorMemory memory = new(destination);
    private int writers;

    /// <summary>Where a chunk goes.</summary>
    /// <param name="offset">First element.</param>
    /// <param name="byteCount">Bytes of the chunk.</param>
    /// <returns>The caller writes and disposes it. Null when this is disposed.</returns>
    /// <exception cref="InvalidDataException">The tensor has no such part.</exception>
    public ArrivingPart? Part(long offset, long byteCount)
    {
        Interlocked.Increment(ref writers);
        Tensor? elements = null;
        try
        {
            elements = memory.Part(offset, memory.Elements(byteCount));
            return elements is null ? null : new ArrivingPart(elements, Leave);
        }
        finally
        {
            if (elements is null)
            {
                Leave();
            }
        }
    }

    /// <summary>Takes no more chunks, and waits for those being written, which takes a copy each.</summary>
    public void Dispose()
    {
        memory.Dispose();
        SpinWait.SpinUntil(() => Volatile.Read(ref writers) == 0);
    }

    private void Leave() => Interlocked.Decrement(ref writers);
}
