using Actors.Grains.Tensors;
using static TorchSharp.torch;

namespace Actors.Benchmarks;

/// <inheritdoc cref="ITransferGrain"/>
[GrainType("benchmark-transfer")]
internal sealed class TransferGrain : Grain, ITransferGrain
{
    private Tensor? place; // [n]

    public Task PingAsync() => Task.CompletedTask;

    public async Task<long> ReceiveAsync(TensorPayload sent, bool warm)
    {
        if (!warm)
        {
            using Tensor taken = await sent.TakeAsync();
            return 0;
        }

        long count = sent.ElementCount;
        if (place is null || place.numel() != count)
        {
            place?.Dispose();
            place = ones(count); // touched: zeros may be pages that do not exist yet
        }

        var memory = new PeakMemory();
        return await sent.TryReadIntoAsync(place) ? memory.Growth : throw new InvalidOperationException("The sender must be on another silo.");
    }

    public Task<int> ListenAsync(int byteCount) => Task.FromResult(RawSocket.Listen(byteCount));

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        place?.Dispose();
        return Task.CompletedTask;
    }
}
