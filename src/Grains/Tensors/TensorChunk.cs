using static TorchSharp.torch;

namespace Actors.Grains.Tensors;

/// <summary>
/// A part of a tensor that travels as one message. When it has arrived, its bytes are where they belong, and it only says whether they are intact.
/// </summary>
internal sealed class TensorChunk
{
    private TensorChunk()
    {
    }

    /// <summary>Number, at the receiver's silo, of what it is read into.</summary>
    public long Arrival { get; private init; }

    /// <summary>First element.</summary>
    public long Offset { get; private init; }

    /// <summary>The elements [n] that the codec writes and then disposes; null in what has come through it.</summary>
    public Tensor? Part { get; private init; }

    /// <summary>False: the bytes that arrived are not those that were sent.</summary>
    public bool IsIntact { get; private init; }

    /// <summary>A chunk to write.</summary>
    /// <param name="arrival">Number at the receiver's.</param>
    /// <param name="offset">First element.</param>
    /// <param name="part">[n], dense; becomes the chunk's.</param>
    public static TensorChunk ToSend(long arrival, long offset, Tensor part) => new() { Arrival = arrival, Offset = offset, Part = part };

    /// <summary>A chunk that was read.</summary>
    public static TensorChunk Arrived(bool isIntact) => new() { IsIntact = isIntact };
}
