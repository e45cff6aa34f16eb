using Actors.Grains.Reduction;
using Actors.Grains.Tensors;
using Actors.Grains.Workers;
using static TorchSharp.torch;

namespace Actors.Grains.Tests.Reduction;

public sealed class ReducerGrainTests(SiloFixture silo) : IClassFixture<SiloFixture>
{
    private static readonly float[][] Given = [[0.1f, 1e-3f, 3], [0.7f, -1e4f, 5], [1e-7f, 2, 7]];
    private static readonly long[] Weights = [4, 1, 3];

    [Fact]
    public async Task Reduce_AnyOrder_GivesTheWeightedMeanInTheSameBits()
    {
        float[] forward = await ReduceAsync("forward", [0, 1, 2]), backward = await ReduceAsync("backward", [2, 1, 0]);
        Assert.Equal(forward, backward);
        for (int i = 0; i < forward.Length; i++)
        {
            double mean = Given.Select((segment, shard) => (double)segment[i] * Weights[shard]).Sum() / Weights.Sum();
            Assert.Equal(mean, forward[i], Math.Abs(mean) * 1e-6);
        }
    }

    [Fact]
    public async Task Reduce_RepeatedByAShard_GivesTheSameAnswer()
    {
        IReducerGrain reducer = Reducer("repeat");
        Task<float[]> first = GiveAsync(reducer, 0), again = GiveAsync(reducer, 0), other = GiveAsync(reducer, 1), last = GiveAsync(reducer, 2);
        float[] mean = await first;
        Assert.Equal(mean, await again);
        Assert.Equal(mean, await other);
        Assert.Equal(mean, await last);
        Assert.Equal(mean, await GiveAsync(reducer, 1)); // after the end
    }

    [Fact]
    public async Task Abort_ShardsWait_EndsThemWithTheCauseAndRefusesThoseWhoComeLate()
    {
        IReducerGrain reducer = Reducer("abort");
        Task<float[]> waiting = GiveAsync(reducer, 0);
        await reducer.AbortAsync("shard 2 failed");
        Assert.Contains("shard 2 failed", (await Assert.ThrowsAsync<WorkerException>(() => waiting)).Message);
        Assert.Contains("shard 2 failed", (await Assert.ThrowsAsync<WorkerException>(() => GiveAsync(reducer, 1))).Message);
    }

    [Fact]
    public async Task Reduce_OfAnOlderStep_IsRefused()
    {
        IReducerGrain reducer = Reducer("older");
        await Task.WhenAll(Enumerable.Range(0, 3).Select(shard => GiveAsync(reducer, shard, step: 5)));
        Assert.Contains("is reduced already", (await Assert.ThrowsAsync<WorkerException>(() => GiveAsync(reducer, 0, step: 4))).Message);
    }

    private async Task<float[]> ReduceAsync(string name, int[] order)
    {
        IReducerGrain reducer = Reducer(name);
        return (await Task.WhenAll(order.Select(shard => GiveAsync(reducer, shard)).ToArray()))[0];
    }

    private static async Task<float[]> GiveAsync(IReducerGrain reducer, int shard, long step = 0)
    {
        using Tensor segment = tensor(Given[shard]);
        var part = new ShardSegment("fusion", 0, step, shard, 3, Weights[shard]);
        using TensorPayload answer = await reducer.ReduceAsync(part, TensorPayload.Lend(segment));
        using Tensor mean = await answer.TakeAsync();
        return mean.data<float>().ToArray();
    }

    private IReducerGrain Reducer(string name) => silo.Grains.GetGrain<IReducerGrain>(WorkerKey.Reducer(name, 1, silo.Silo));
}
