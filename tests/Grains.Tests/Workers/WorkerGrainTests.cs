using Actors.Grains.Balancing;
using Actors.Grains.Workers;

namespace Actors.Grains.Tests.Workers;

public sealed class WorkerGrainTests(SiloFixture silo) : IClassFixture<SiloFixture>
{
    [Fact]
    public async Task Order_RepeatedAtOnce_IsCarriedOutOnce()
    {
        IBalancerGrain balancer = Balancer("once");
        await OrderAsync("a/1", () => balancer.PrepareAsync(TestRun.Configuration(shards: 2)));
        Task<double[]> waiting = balancer.ExchangeAsync(0, 0, [1, 2], [4, 4]);
        await OrderAsync("a/1", () => balancer.PrepareAsync(TestRun.Configuration(shards: 2))); // would forget the exchange
        Task<double[]> last = balancer.ExchangeAsync(0, 1, [1, 2], [4, 4]);
        Assert.Equal(
            await last.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken),
            await waiting.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Order_RepeatThatComesAfterManyOthers_IsRefusedAndNotCarriedOutAgain()
    {
        IBalancerGrain balancer = Balancer("late");
        await OrderAsync("a/1", () => balancer.PrepareAsync(TestRun.Configuration(shards: 2)));
        for (int order = 2; order < 12; order++)
        {
            await OrderAsync($"a/{order}", () => balancer.BeginRoundAsync(order, [0, 1]));
        }

        WorkerException refused = await Assert.ThrowsAsync<WorkerException>(() => OrderAsync("a/2", () => balancer.BeginRoundAsync(2, [0])));
        Assert.Contains("came late", refused.Message);
        await OrderAsync("a/11", () => balancer.BeginRoundAsync(11, [0, 1])); // whose answer may have been lost
    }

    private static Task OrderAsync(string name, Func<Task> order)
    {
        RequestContext.Set(WorkerCalls.OrderKey, name);
        try
        {
            return order();
        }
        finally
        {
            RequestContext.Remove(WorkerCalls.OrderKey);
        }
    }

    private IBalancerGrain Balancer(string run) => silo.Grains.GetGrain<IBalancerGrain>(WorkerKey.Balancer(run, 1, silo.Silo));
}
