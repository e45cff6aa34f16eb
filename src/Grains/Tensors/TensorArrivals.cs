using System.Collections.Concurrent;
using static TorchSharp.torch;

namespace Actors.Grains.Tensors;

/// <summary>The tensors of this silo that chunks are being read into.</summary>
internal sealed class TensorArrivals
{
    private readonly ConcurrentDictionary<long, TensorArrival> open = new();
    private long last;

    /// <summary>Begins an arrival.</summary>
    /// <param name="destination">Dense, on the CPU; stays the caller's.</param>
    /// <returns>Number of the arrival.</returns>
    public long Open(Tensor destination)
    {
        long number = Interlocked.Increment(ref last);
        open[number] = new TensorArrival(destination);
        return number;
    }

    /// <summary>Where a chunk goes.</summary>
    /// <param name="number">The arrival.</param>
    /// <param name="offset">First element.</param>
    /// <param name="byteCount">Bytes of the chunk.</param>
    /// <returns>The caller writes and disposes it. Null where nobody waits for it any more.</returns>
    public ArrivingPart? Part(long number, long offset, long byteCount) =>
        open.TryGetValue(number, out TensorArrival? arrival) ? arrival.Part(offset, byteCount) : null;

    /// <summary>Ends an arrival: the memory is its owner's again, and a chunk that is late is dropped.</summary>
    public void Close(long number)
    {
        if (open.TryRemove(number, out TensorArrival? arrival))
        {
            arrival.Dispose();
        }
    }
}
