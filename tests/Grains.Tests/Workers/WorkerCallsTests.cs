using Actors.Grains.Balancing;
using Actors.Grains.Placement;
using Actors.Grains.Workers;
using Actors.Tests;
using Microsoft.Extensions.DependencyInjection;

namespace Actors.Grains.Tests.Workers;

/// <summary>Calls that get no answer.</summary>
public sealed class WorkerCallsTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Ask_SiloIsThereAndTheCallTakesLong_LooksOftenAndAsksSeldom()
    {
        var pings = new Pings();
        await using SiloFixture silo = await StartAsync(pings, TimeSpan.FromMilliseconds(250), TimeSpan.FromMinutes(1));
        int asked = 0;
        var answer = new TaskCompletionSource<int>();
        Task<int> asking = Calls(silo).AskAsync(Balancer(silo), _ =>
        {
            Interlocked.Increment(ref asked);
            return answer.Task;
        });
        await Waiting.ForAsync("eight looks whether the silo is there", () => pings.Count >= 8);
        Assert.InRange(Volatile.Read(ref asked), 2, 6); // at first, before the first look, the third and the seventh; and after a look that came late
        answer.SetResult(5);
        Assert.Equal(5, await asking.WaitAsync(Bound, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Ask_SiloThatAnotherCallFoundSilent_IsLostAtTheFirstLook()
    {
        var pings = new Pings { AreLost = true };
        await using SiloFixture silo = await StartAsync(pings, TimeSpan.FromMilliseconds(20), TimeSpan.FromSeconds(2));
        WorkerException first = await Assert.ThrowsAsync<WorkerException>(NeverAsync);
        Assert.Equal(silo.Silo, first.Unreachable);
        int before = pings.Count;
        Assert.True(before > 1, "The first call must take its time.");
        await Assert.ThrowsAsync<WorkerException>(NeverAsync);
        Assert.Equal(before + 1, pings.Count);

        Task NeverAsync() => Calls(silo).Branch().AskAsync(Balancer(silo), _ => new TaskCompletionSource<int>().Task)
            .WaitAsync(Bound, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task End_CallIsUnderWay_EndsItAndThoseThatComeAsALoss()
    {
        await using SiloFixture silo = await StartAsync(new Pings(), TimeSpan.FromMilliseconds(20), TimeSpan.FromMinutes(1));
        WorkerCalls calls = Calls(silo), branch = calls.Branch();
        Task<int> under = branch.AskAsync(Balancer(silo), _ => new TaskCompletionSource<int>().Task);
        await branch.EndAsync("told so");
        branch.Dispose();
        foreach (Task<int> ended in (Task<int>[])[under, branch.AskAsync(Balancer(silo), _ => Task.FromResult(1))])
        {
            WorkerException loss = await Assert.ThrowsAsync<WorkerException>(() => ended.WaitAsync(Bound, TestContext.Current.CancellationToken));
            Assert.True(loss.IsLost);
            Assert.Equal("told so", loss.Message);
        }

        await branch.EndAsync("again");
        Assert.Equal(1, await calls.AskAsync(Balancer(silo), _ => Task.FromResult(1)));
    }

    private static async Task<SiloFixture> StartAsync(Pings pings, TimeSpan patience, TimeSpan silence)
    {
        var silo = new SiloFixture
        {
            Configure = builder =>
            {
                builder.AddOutgoingGrainCallFilter(pings);
                builder.Services.Configure<WorkerCallOptions>(options => (options.Patience, options.Silence) = (patience, silence));
            },
        };
        await silo.InitializeAsync();
        return silo;
    }

    private static WorkerCalls Calls(SiloFixture silo) => silo.Services.GetRequiredService<WorkerCalls>();

    private static IBalancerGrain Balancer(SiloFixture silo) => silo.Grains.GetGrain<IBalancerGrain>(WorkerKey.Balancer("asked", 1, silo.Silo));

    /// <summary>Counts those who ask whether a silo is there, and loses them where it is told so.</summary>
    private sealed class Pings : IOutgoingGrainCallFilter
    {
        private int count;

        public int Count => Volatile.Read(ref count);

        public bool AreLost { get; init; }

        public Task Invoke(IOutgoingGrainCallContext context)
        {
            if (context.MethodName != nameof(ISiloGrain.PingAsync))
            {
                return context.Invoke();
            }

            Interlocked.Increment(ref count);
            return AreLost ? throw new TimeoutException("parted") : context.Invoke();
        }
    }
}
