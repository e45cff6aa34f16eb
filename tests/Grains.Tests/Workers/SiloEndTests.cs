using Actors.Grains.Balancing;
using Actors.Grains.Reduction;
using Actors.Grains.Tensors;
using Actors.Grains.Workers;
using Microsoft.Extensions.DependencyInjection;
using static TorchSharp.torch;

namespace Actors.Grains.Tests.Workers;

/// <summary>A silo that ends while somebody waits on it for what never comes: its end must not wait for that too.</summary>
public sealed class SiloEndTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20); // below the host's own limit of 30 s, after which it gives up

    [Fact]
    public async Task Stop_ShardsWaitForAnother_EndsThemWithALoss()
    {
        var silo = new SiloFixture();
        await silo.InitializeAsync();
        IReducerGrain reducer = silo.Grains.GetGrain<IReducerGrain>(WorkerKey.Reducer("ends", 1, silo.Silo));
        IBalancerGrain balancer = silo.Grains.GetGrain<IBalancerGrain>(WorkerKey.Balancer("ends", 1, silo.Silo));
        WorkerCalls calls = silo.Services.GetRequiredService<WorkerCalls>();
        await balancer.PrepareAsync(TestRun.Configuration(shards: 2));
        using Tensor segment = zeros(3);
        Task reduced = reducer.ReduceAsync(new ShardSegment("fusion", 0, 0, 0, 2, 1), TensorPayload.Lend(segment));
        Task exchanged = balancer.ExchangeAsync(0, 0, [1, 2], [4, 4]);
        using (await reducer.ReduceAsync(new ShardSegment("fusion", 1, 0, 0, 1, 1), TensorPayload.Lend(segment)))
        {
            // One that is complete: so the other has begun to wait.
        }

        Task asked = calls.AskAsync(balancer, b => b.ExchangeAsync(0, 0, [1, 2], [4, 4]));
        Task never = calls.AskAsync(balancer, _ => new TaskCompletionSource<bool>().Task); // a message that was lost
        await silo.DisposeAsync().AsTask().WaitAsync(Bound, TestContext.Current.CancellationToken);
        foreach (Task waiting in (Task[])[reduced, exchanged, asked, never])
        {
            Exception failure = await Assert.ThrowsAnyAsync<Exception>(() => waiting.WaitAsync(Bound, TestContext.Current.CancellationToken));
            Assert.True(waiting.IsCompleted && WorkerFailure.IsLoss(failure), failure.ToString());
        }
    }
}
