using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using static TorchSharp.torch;

namespace Actors.Grains.Tensors;

/// <summary>The tensors that this silo keeps to be fetched.</summary>
internal sealed class TensorShelf : IDisposable
{
    private readonly ConcurrentDictionary<long, KeptTensor> kept = new();
    private readonly TimeProvider time;
    private readonly TimeSpan keptFor;
    private readonly ITimer timer;
    private long last;

    /// <summary>Begins to look after answers that nobody fetches.</summary>
    public TensorShelf(TimeProvider time, IOptions<TensorTransferOptions> options)
    {
        (this.time, keptFor) = (time, options.Value.KeptFor);
        timer = time.CreateTimer(_ => DropOld(), null, keptFor, keptFor);
    }

    /// <summary>Tensors on the shelf.</summary>
    public int Count => kept.Count;

    /// <summary>Puts a tensor on the shelf.</summary>
    /// <param name="tensor">Stays the caller's; the shelf holds its memory until it is removed.</param>
    /// <param name="given">True: dropped when nobody asks for it for a while.</param>
    /// <returns>Number on the shelf.</returns>
    public long Put(Tensor tensor, bool given)
    {
        long number = Interlocked.Increment(ref last);
        kept[number] = new KeptTensor(tensor, given) { Asked = time.GetTimestamp() };
        return number;
    }

    /// <summary>A stretch of a tensor.</summary>
    /// <param name="number">Number on the shelf.</param>
    /// <param name="offset">First element.</param>
    /// <param name="count">Elements.</param>
    /// <returns>A view [count]; the caller disposes it. Null: it was removed.</returns>
    public Tensor? Part(long number, long offset, long count)
    {
        if (!kept.TryGetValue(number, out KeptTensor? tensor))
        {
            return null;
        }

        tensor.Asked = time.GetTimestamp();
        return tensor.Memory.Part(offset, count);
    }

    /// <summary>Takes a tensor from the shelf; what is being sent of it is still sent.</summary>
    public void Remove(long number)
    {
        if (kept.TryRemove(number, out KeptTensor? tensor))
        {
            tensor.Memory.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        timer.Dispose();
        foreach (long number in kept.Keys)
        {
            Remove(number);
        }
    }

    private void DropOld()
    {
        foreach ((long number, KeptTensor tensor) in kept)
        {
            if (tensor.IsGiven && time.GetElapsedTime(tensor.Asked) >= keptFor)
            {
                Remove(number);
            }
        }
    }

    private sealed class KeptTensor(Tensor tensor, bool given)
    {
        public TensorMemory Memory { get; } = new(tensor);

        public bool IsGiven { get; } = given;

        public long Asked { get; set; } // timestamp: the clock of the day may be set
    }
}
