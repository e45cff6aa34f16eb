using Actors.Grains.Workers;
using Microsoft.Extensions.Logging;
using static TorchSharp.torch;

namespace Actors.Grains.Tensors;

/// <inheritdoc cref="ITensorSource"/>
internal sealed class TensorSource(GrainId id, Orleans.Runtime.Silo silo, ILoggerFactory loggers, TensorShelf shelf)
    : GrainService(id, silo, loggers), ITensorSource
{
    public Task<TensorChunk> ReadAsync(long kept, long arrival, long offset, int count)
    {
        Tensor part = shelf.Part(kept, offset, count)
            ?? throw new WorkerException(
                $"A tensor that was to be fetched from {Silo} is not kept there any more: its sender gave up or was released, or nobody fetched it in time.",
                isLost: true)
            {
                IsDropped = true,
            };
        return Task.FromResult(TensorChunk.ToSend(arrival, offset, part));
    }

    public Task RemoveAsync(long kept)
    {
        shelf.Remove(kept);
        return Task.CompletedTask;
    }
}
