using static TorchSharp.torch;

namespace Actors.Grains.Tensors;

/// <summary>A tensor in a message. Within a silo the tensor itself is handed over; between silos its bytes travel.</summary>
/// <remarks>
/// A lent payload stays its sender's, who disposes it when the call is over. A floating one (a result, or what the codec decoded) belongs to whoever takes it first.
/// Either way the receiver calls <see cref="Take"/> once and disposes what it gets.
/// </remarks>
public sealed class TensorPayload : IDisposable
{
    private readonly Tensor tensor;
    private int floating;

    private TensorPayload(Tensor tensor, bool floating) => (this.tensor, this.floating) = (tensor, floating ? 1 : 0);

    /// <summary>An argument: the tensor stays the caller's.</summary>
    public static TensorPayload Lend(Tensor tensor) => new(tensor, floating: false);

    /// <summary>A result: the tensor becomes the receiver's.</summary>
    public static TensorPayload Float(Tensor tensor) => new(tensor, floating: true);

    /// <summary>The tensor, for the receiver to dispose.</summary>
    public Tensor Take() => Interlocked.Exchange(ref floating, 0) == 1 ? tensor : tensor.alias();

    /// <summary>The tensor, to be read while the payload is written to the wire.</summary>
    internal Tensor Peek() => tensor;

    /// <summary>Disposes a floating tensor that nobody took.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref floating, 0) == 1)
        {
            tensor.Dispose();
        }
    }
}
