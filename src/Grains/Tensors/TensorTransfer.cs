using System.Collections.Concurrent;
using Actors.Grains.Diagnostics;
using Actors.Grains.Workers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Runtime.Services;
using static TorchSharp.torch;

namespace Actors.Grains.Tensors;

/// <summary>Fetches tensors from the silos that keep them, in chunks, several at once, each straight into its place.</summary>
internal sealed class TensorTransfer(IServiceProvider services) : GrainServiceClient<ITensorSource>(services)
{
    private const int Attempts = 2;
    private const int MostLinks = 256; // a silo that was started anew is another

    private readonly TensorArrivals arrivals = services.GetRequiredService<TensorArrivals>();
    private readonly TensorShelf shelf = services.GetRequiredService<TensorShelf>();
    private readonly ActorsMeter meter = services.GetRequiredService<ActorsMeter>();
    private readonly TensorTransferOptions options = services.GetRequiredService<IOptions<TensorTransferOptions>>().Value;
    private readonly WorkerCalls calls = services.GetRequiredService<WorkerCalls>();
    private readonly SiloAddress here = services.GetRequiredService<ILocalSiloDetails>().SiloAddress;
    private readonly ConcurrentDictionary<SiloAddress, SemaphoreSlim> links = new(); // what may be under way from each

    /// <summary>The most bytes of a tensor in one message.</summary>
    public int ChunkBytes => options.ChunkBytes;

    /// <summary>Puts a tensor on this silo's shelf.</summary>
    /// <param name="tensor">Stays the caller's.</param>
    /// <param name="given">True: kept until the receiver is through; false: until it is removed here.</param>
    public TensorTicket Keep(Tensor tensor, bool given) => new(here, shelf.Put(tensor, given), TensorLayout.Of(tensor), given);

    /// <summary>Takes a tensor from the shelf it is on.</summary>
    public void Remove(TensorTicket ticket)
    {
        if (ticket.Silo.Equals(here))
        {
            shelf.Remove(ticket.Kept);
        }
        else
        {
            GetGrainService(ticket.Silo).RemoveAsync(ticket.Kept).Ignore(); // one way; what is not removed is dropped after a while
        }
    }

    /// <summary>Fetches a tensor into memory that is there.</summary>
    /// <param name="ticket">Of the tensor.</param>
    /// <param name="destination">Of the ticket's type and number of elements, dense, on the CPU; stays the caller's.</param>
    /// <exception cref="WorkerException">
    /// It is not kept any more; or a chunk did not come intact, twice, or its silo cannot be reached: that counts as a loss.
    /// </exception>
    public async Task FetchAsync(TensorTicket ticket, Tensor destination)
    {
        ITensorSource source = GetGrainService(ticket.Silo);
        if (links.Count > MostLinks)
        {
            links.Clear(); // what is under way keeps its own
        }

        SemaphoreSlim link = links.GetOrAdd(ticket.Silo, _ => new SemaphoreSlim(options.ChunksInFlight));
        long total = ticket.Layout.ElementCount;
        int size = options.ChunkBytes / ticket.Layout.ElementSize;
        const long failed = long.MaxValue / 2;
        long next = 0;
        long arrival = arrivals.Open(destination);
        try
        {
            await Task.WhenAll(Enumerable.Range(0, options.ChunksInFlight).Select(async _ =>
            {
                long offset;
                while ((offset = Interlocked.Add(ref next, size) - size) < total)
                {
                    await link.WaitAsync();
                    try
                    {
                        if (Volatile.Read(ref next) >= failed)
                        {
                            return; // another chunk did not come: this one would be waited for in vain
                        }

                        await ReadAsync(source, ticket, arrival, offset, (int)Math.Min(size, total - offset));
                    }
                    catch
                    {
                        Interlocked.Exchange(ref next, failed); // the others need not go on
                        throw;
                    }
                    finally
                    {
                        link.Release();
                    }
                }
            }));
        }
        finally
        {
            arrivals.Close(arrival);
        }
    }

    private async Task ReadAsync(ITensorSource source, TensorTicket ticket, long arrival, long offset, int count)
    {
        string fault = "";
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            try
            {
                long began = meter.Links.Begin();
                TensorChunk chunk = await calls.AskAsync(ticket.Silo, () => source.ReadAsync(ticket.Kept, arrival, offset, count));
                if (chunk.IsIntact || Place(chunk))
                {
                    meter.Links.End(ticket.Silo, (long)count * ticket.Layout.ElementSize, began);
                    return;
                }

                fault = "arrived with a wrong checksum";
            }
            catch (TimeoutException)
            {
                fault = "did not arrive in time";
            }

            meter.Tensors.Damaged();
        }

        throw new WorkerException(
            $"Elements {offset} to {offset + count} of a tensor {ticket.Layout.Text} from {ticket.Silo} {fault}, {Attempts} times. "
            + "Check the network and the memory of both hosts.",
            isLost: true);
    }

    /// <summary>Copies a chunk that was handed over, since its message went round and came back to the silo of its tensor.</summary>
    private bool Place(TensorChunk chunk)
    {
        using Tensor? part = chunk.Part;
        using ArrivingPart? place = part is null ? null : arrivals.Part(chunk.Arrival, chunk.Offset, part.numel() * part.ElementSize);
        place?.Elements.copy_(part!);
        return place is not null;
    }
}
