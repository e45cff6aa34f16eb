using Actors.Grains.Reduction;
using Actors.Grains.Tensors;
using Actors.Grains.Workers;
using Microsoft.Extensions.DependencyInjection;
using static TorchSharp.torch;

namespace Actors.Grains.Tests.Reduction;

/// <summary>A repeat whose segment is still being fetched from another silo while the shards go on.</summary>
public sealed class SlowRepeatTests : IAsyncLifetime
{
    private readonly TwoSilosFixture silos = new() { Transfer = options => (options.ChunkBytes, options.ChunksInFlight) = (64, 1) };

    public ValueTask InitializeAsync() => silos.InitializeAsync();

    public ValueTask DisposeAsync() => silos.DisposeAsync();

    [Fact]
    public async Task Reduce_OthersGoOnWhileARepeatIsFetched_GivesItTheSameAnswer()
    {
        IGrainFactory grains = silos.First.GetRequiredService<IGrainFactory>();
        IReducerGrain reducer = grains.GetGrain<IReducerGrain>(WorkerKey.Reducer("slow", 1, silos.SecondAddress.ToParsableString()));
        using Tensor small = ones(4), large = ones(1 << 17); // in 8192 chunks, one after the other
        Task<float> first = GiveAsync(reducer, step: 0, shard: 0, small);
        Task<float> repeat = GiveAsync(reducer, step: 0, shard: 0, large);
        Task<float> other = GiveAsync(reducer, step: 0, shard: 1, small);
        Assert.Equal((1, 1), (await first, await other));
        Task<float> next = GiveAsync(reducer, step: 1, shard: 1, small);
        Assert.Equal(1, await repeat);
        await reducer.AbortAsync("over");
        await Assert.ThrowsAsync<WorkerException>(() => next);
    }

    private static async Task<float> GiveAsync(IReducerGrain reducer, long step, int shard, Tensor segment)
    {
        using TensorPayload lent = TensorPayload.Lend(segment);
        using TensorPayload answer = await reducer.ReduceAsync(new ShardSegment("fusion", 0, step, shard, 2, 1), lent);
        using Tensor mean = await answer.TakeAsync();
        return mean.mean().item<float>();
    }
}
