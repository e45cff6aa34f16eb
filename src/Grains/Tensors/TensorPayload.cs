using TorchSharp;
using static TorchSharp.torch;

namespace Actors.Grains.Tensors;

/// <summary>A tensor in a message. Within a silo the tensor itself is handed over; between silos its bytes travel, those of a large one when the receiver takes it.</summary>
/// <remarks>
/// A lent payload stays its sender's, who disposes it, and then the tensor, when the call is over. A floating one (a result, or what the codec decoded) belongs to whoever
/// takes it first. Either way the receiver takes the tensor once and disposes what it gets.
/// </remarks>
public sealed class TensorPayload : IDisposable
{
    private readonly Lock gate = new();
    private readonly Tensor? tensor; // null: it is on another silo still
    private TensorTicket? ticket; // of what is kept on the shelf, there or here
    private TensorTransfer? transfer; // where there is a ticket
    private int floating;
    private bool disposed;

    private TensorPayload(Tensor tensor, bool floating) => (this.tensor, this.floating) = (tensor, floating ? 1 : 0);

    private TensorPayload(TensorTicket ticket, TensorTransfer transfer) =>
        (this.ticket, this.transfer, floating) = (ticket, transfer, ticket.Floating ? 1 : 0);

    /// <summary>Number of its elements.</summary>
    public long ElementCount => ticket?.Layout.ElementCount ?? tensor!.numel();

    /// <summary>An argument: the tensor stays the caller's.</summary>
    public static TensorPayload Lend(Tensor tensor) => new(tensor, floating: false);

    /// <summary>A result: the tensor becomes the receiver's.</summary>
    public static TensorPayload Float(Tensor tensor) => new(tensor, floating: true);

    /// <summary>A tensor on the shelf of another silo.</summary>
    internal static TensorPayload At(TensorTicket ticket, TensorTransfer transfer) => new(ticket, transfer);

    /// <summary>The tensor, for the receiver to dispose; fetched where it is on another silo.</summary>
    /// <exception cref="Workers.WorkerException">It cannot be fetched any more.</exception>
    public ValueTask<Tensor> TakeAsync() => tensor is null
        ? new(FetchAsync())
        : new(Interlocked.Exchange(ref floating, 0) == 1 ? tensor : tensor.alias());

    /// <summary>Reads a tensor that is on another silo straight into one that is there.</summary>
    /// <param name="destination">[n]; stays the caller's. Nothing else may use it meanwhile.</param>
    /// <returns>False: not possible here, since the tensor is on this silo or the destination has another type, is not dense or on another device. Take it then.</returns>
    public async Task<bool> TryReadIntoAsync(Tensor destination)
    {
        if (tensor is not null || destination.dtype != ticket!.Layout.Type || destination.numel() != ticket.Layout.ElementCount
            || destination.device_type != DeviceType.CPU || !destination.is_contiguous())
        {
            return false;
        }

        await FetchAsync(destination);
        return true;
    }

    /// <summary>The tensor, to be read while the payload is written to the wire; null where it is on another silo.</summary>
    internal Tensor? Peek() => tensor;

    /// <summary>What stands for the tensor in a message: a ticket for the shelf of this silo, or the one it came with.</summary>
    /// <exception cref="ObjectDisposedException">The sender gave up before the message was written.</exception>
    internal TensorTicket ToTicket(TensorTransfer sender)
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            bool given = Interlocked.Exchange(ref floating, 0) == 1; // to whoever gets the message
            if (tensor is null)
            {
                return ticket!;
            }

            if (given)
            {
                TensorTicket answer = sender.Keep(tensor, floating: true); // holds the memory
                tensor.Dispose();
                return answer;
            }

            transfer = sender;
            return ticket ??= sender.Keep(tensor, floating: false);
        }
    }

    /// <summary>Takes what was lent from the shelf; disposes a result that nobody took.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            disposed = true;
            bool unclaimed = Interlocked.Exchange(ref floating, 0) == 1;
            if (ticket is not null && (tensor is not null || unclaimed))
            {
                transfer!.Remove(ticket);
            }
            else if (unclaimed)
            {
                tensor!.Dispose();
            }
        }
    }

    private async Task<Tensor> FetchAsync()
    {
        Tensor fetched = empty(ticket!.Layout.Shape, ticket.Layout.Type).DetachFromDisposeScope();
        try
        {
            await FetchAsync(fetched);
            return fetched;
        }
        catch
        {
            fetched.Dispose();
            throw;
        }
    }

    private async Task FetchAsync(Tensor destination)
    {
        try
        {
            await transfer!.FetchAsync(ticket!, destination);
        }
        finally
        {
            Dispose(); // the sender of a result learns that nobody will ask again
        }
    }
}
