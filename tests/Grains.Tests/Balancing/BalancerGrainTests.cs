using Actors.Grains.Balancing;
using Actors.Grains.Workers;

namespace Actors.Grains.Tests.Balancing;

public sealed class BalancerGrainTests(SiloFixture silo) : IClassFixture<SiloFixture>
{
    private static readonly double?[][] Sums = [[3.1, 0.4], [2.7, 0.9], [3.3, 0.2]];
    private static readonly long[] Counts = [4, 4];

    [Fact]
    public async Task Exchange_AnyOrder_GivesAllShardsTheSameBits()
    {
        double[][] forward = await ExchangeAsync("forward", [0, 1, 2]), backward = await ExchangeAsync("backward", [2, 0, 1]);
        Assert.All(forward.Concat(backward), k => Assert.Equal(forward[0], k));
        Assert.True(forward[0][0] < 1 && forward[0][1] > 1, $"The modality ahead learns less, but k is {string.Join(", ", forward[0])}.");
    }

    [Fact]
    public async Task Exchange_Repeated_GivesTheStoredAnswer()
    {
        IBalancerGrain balancer = await PrepareAsync("repeat");
        double[][] first = await Task.WhenAll(Enumerable.Range(0, 3).Select(shard => balancer.ExchangeAsync(0, shard, Sums[shard], Counts)));
        Assert.Equal(first[1], await balancer.ExchangeAsync(0, 1, Sums[1], Counts));
    }

    [Fact]
    public async Task Exchange_OfAForgottenStep_IsRefused()
    {
        IBalancerGrain balancer = await PrepareAsync("old");
        await Task.WhenAll(Enumerable.Range(0, 3).Select(shard => balancer.ExchangeAsync(100, shard, Sums[shard], Counts)));
        Assert.Contains("forgotten", (await Assert.ThrowsAsync<WorkerException>(() => balancer.ExchangeAsync(3, 0, Sums[0], Counts))).Message);
    }

    [Fact]
    public async Task Abort_ShardsWait_EndsThemWithTheCauseAndRefusesThoseWhoComeLate()
    {
        IBalancerGrain balancer = await PrepareAsync("abort");
        Task<double[]> waiting = balancer.ExchangeAsync(0, 0, Sums[0], Counts);
        await balancer.AbortAsync("shard 2 failed");
        Assert.Contains("shard 2 failed", (await Assert.ThrowsAsync<WorkerException>(() => waiting)).Message);
        Assert.Contains("ended generation", (await Assert.ThrowsAsync<WorkerException>(() => balancer.ExchangeAsync(0, 1, Sums[1], Counts))).Message);
    }

    [Fact]
    public async Task Drop_RepeatThatComesInTheNextRound_DoesNothing()
    {
        IBalancerGrain balancer = await PrepareAsync("drop");
        await balancer.BeginRoundAsync(0, [0, 1, 2]);
        Task<double[]> waiting = balancer.ExchangeAsync(0, 0, Sums[0], Counts), other = balancer.ExchangeAsync(0, 1, Sums[1], Counts);
        await balancer.DropAsync(0, 2);
        Assert.Equal(await waiting, await other);
        await balancer.BeginRoundAsync(1, [0, 1, 2]); // it is back
        Task<double[]> first = balancer.ExchangeAsync(1, 0, Sums[0], Counts), second = balancer.ExchangeAsync(1, 1, Sums[1], Counts);
        await balancer.DropAsync(0, 2);
        Assert.False(first.IsCompleted || second.IsCompleted);
        double[] all = await balancer.ExchangeAsync(1, 2, Sums[2], Counts);
        Assert.Equal(all, await first);
        Assert.Equal(all, await second);
    }

    [Fact]
    public async Task Exchange_ShardThatWasDropped_IsRefusedAndChangesNothing()
    {
        IBalancerGrain balancer = await PrepareAsync("dropped"), without = await PrepareAsync("without");
        await balancer.BeginRoundAsync(0, [0, 1, 2]);
        await without.BeginRoundAsync(0, [0, 1]);
        Task<double[]>[] whole = [.. Enumerable.Range(0, 3).Select(shard => balancer.ExchangeAsync(0, shard, Sums[shard], Counts))];
        await Task.WhenAll(whole);
        Task<double[]> begun = balancer.ExchangeAsync(1, 0, Sums[0], Counts); // the third is dropped when it has begun, and before the next
        await balancer.DropAsync(0, 2);
        Assert.Equal(await whole[2], await balancer.ExchangeAsync(0, 2, Sums[2], Counts)); // a repeat of what it said before it was
        for (long step = 1; step <= 2; step++)
        {
            long now = step;
            WorkerException refused = await Assert.ThrowsAsync<WorkerException>(
                () => balancer.ExchangeAsync(now, 2, Sums[2], Counts).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
            Assert.True(refused.IsLost && refused.Message.Contains("shard 2", StringComparison.OrdinalIgnoreCase), refused.Message);
            double[] expected = (await Task.WhenAll(Enumerable.Range(0, 2).Select(shard => without.ExchangeAsync(now, shard, Sums[shard], Counts))))[0];
            Task<double[]> first = step == 1 ? begun : balancer.ExchangeAsync(now, 0, Sums[0], Counts);
            Assert.Equal(expected, await balancer.ExchangeAsync(now, 1, Sums[1], Counts));
            Assert.Equal(expected, await first);
        }
    }

    private async Task<double[][]> ExchangeAsync(string run, int[] order)
    {
        IBalancerGrain balancer = await PrepareAsync(run);
        return await Task.WhenAll(order.Select(shard => balancer.ExchangeAsync(0, shard, Sums[shard], Counts)).ToArray());
    }

    private async Task<IBalancerGrain> PrepareAsync(string run)
    {
        IBalancerGrain balancer = silo.Grains.GetGrain<IBalancerGrain>(WorkerKey.Balancer(run, 1, silo.Silo));
        await balancer.PrepareAsync(TestRun.Configuration(shards: 3));
        return balancer;
    }
}
