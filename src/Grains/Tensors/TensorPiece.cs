using static TorchSharp.torch;

namespace Actors.Grains.Tensors;

/// <summary>A part of a tensor that travels as one message. When it has arrived, its bytes are where they belong, and it only says whether they are intact.</summary>
internal sealed class TensorPiece
{
    private TensorPiece()
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

    /// <summary>A piece to write.</summary>
    /// <param name="arrival">Number at the receiver's.</param>
    /// <param name="offset">First element.</param>
    /// <param name="part">[n], dense; becomes the piece's.</param>
    public static TensorPiece ToSend(long arrival, long offset, Tensor part) => new() { Arrival = arrival, Offset = offset, Part = part };

    /// <summary>A piece that was read.</summary>
    public static TensorPiece Arrived(bool isIntact) => new() { IsIntact = isIntact };
}
