using TorchSharp;
using static TorchSharp.torch;

namespace Actors.Grains.Tensors;

/// <summary>
/// A tensor in a message. Within a silo the tensor itself is handed over; between silos its bytes travel, those of a large one when the receiver takes it.
/// </summary>
/// <remarks>
/// A lent payload stays its sender's, who disposes it, and then the tensor, when the call is over. A given one (a result, or what the codec
/// decoded) belongs to whoever takes it first. Either way the receiver takes the tensor once and disposes what it gets.
/// </remarks>
public sealed class TensorPayload : IDisposable
{
    private readonly Lock gate = new();
    private readonly Tensor? tensor; // null: it is on another silo still
    private TensorTicket? ticket; // of what is kept on the shelf, there or here
    private TensorTransfer? transfer; // where there is a ticket
    private int given; // 1 until somebody took what was given
    private bool disposed;

    private TensorPayload(Tensor tensor, bool given) => (this.tensor, this.given) = (tensor, given ? 1 : 0);

    private TensorPayload(TensorTicket ticket, TensorTransfer transfer) =>
        (this.ticket, this.transfer, given) = (ticket, transfer, ticket.IsGiven ? 1 : 0);

    /// <summary>Number of its elements.</summary>
    public long ElementCount => ticket?.Layout.ElementCount ?? tensor!.numel();

    /// <summary>An argument: the tensor stays the caller's.</summary>
    public static TensorPayload Lend(Tensor tensor) => new(tensor, given: false);

    /// <summary>A result: the tensor becomes the receiver's.</summary>
    public static TensorPayload Give(Tensor tensor) => new(tensor, given: true);

    /// <summary>A tensor on the shelf of another silo.</summary>
    internal static TensorPayload At(TensorTicket ticket, TensorTransfer transfer) => new(ticket, transfer);

    /// <summary>The tensor, for the receiver to dispose; fetched where it is on another silo.</summary>
    /// <exception cref="Workers.WorkerException">It cannot be fetched any more.</exception>
    /// <exception cref="ObjectDisposedException">Whoever lent it gave up.</exception>
    public ValueTask<Tensor> TakeAsync()
    {
        if (tensor is null)
        {
            return new(FetchAsync());
        }

        lock (gate) // who lent it may give up in this moment, and dispose it next
        {
            if (Interlocked.Exchange(ref given, 0) == 1)
            {
                return new(tensor);
            }

            ObjectDisposedException.ThrowIf(disposed, this);
            return new(tensor.alias());
        }
    }

    /// <summary>Reads a tensor that is on another silo straight into one that is there.</summary>
    /// <param name="destination">[n]; stays the caller's. Nothing else may use it meanwhile.</param>
    /// <returns>
    /// False: not possible here, since the tensor is on this silo or the destination has another type, is not dense or on another device. Take it then.
    /// </returns>
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

    /// <summary>Keeps whoever lent the tensor from disposing it, until the scope is left.</summary>
    internal Lock.Scope Hold() => gate.EnterScope();

    /// <summary>The tensor, to be read while it is held; null where it is on another silo.</summary>
    /// <exception cref="ObjectDisposedException">The sender gave up before the message was written.</exception>
    internal Tensor? Peek()
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        return tensor;
    }

    /// <summary>The whole tensor is in a message: one that was given is no longer needed here.</summary>
    internal void Leave()
    {
        if (Interlocked.Exchange(ref given, 0) == 1)
        {
            tensor!.Dispose();
        }
    }

    /// <summary>What stands for the tensor in a message: a ticket for the shelf of this silo, or the one it came with.</summary>
    /// <exception cref="ObjectDisposedException">The sender gave up before the message was written.</exception>
    internal TensorTicket ToTicket(TensorTransfer sender)
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            bool leaves = Interlocked.Exchange(ref given, 0) == 1; // to whoever gets the message
            if (tensor is null)
            {
                return ticket!;
            }

            if (leaves)
            {
                TensorTicket answer = sender.Keep(tensor, given: true); // holds the memory
                tensor.Dispose();
                return answer;
            }

            transfer = sender;
            return ticket ??= sender.Keep(tensor, given: false);
        }
    }

    /// <summary>Takes what was lent from the shelf; disposes a result that nobody took.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            disposed = true;
            bool unclaimed = Interlocked.Exchange(ref given, 0) == 1;
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
