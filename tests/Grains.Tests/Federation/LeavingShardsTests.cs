using System.Collections.Immutable;
using Actors.Contracts.Events;
using Actors.Contracts.Runs;
using Actors.Grains.Placement;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Runtime.Placement;

namespace Actors.Grains.Tests.Federation;

/// <summary>A shard at each of two sites; the silo of the second says that it leaves. The first has the run, its balancer and its aggregators.</summary>
public sealed class LeavingShardsTests : IAsyncLifetime
{
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(1);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("actors-leaving-shards-");
    private readonly TwoSilosFixture silos;
    private int begun;

    public LeavingShardsTests() => silos = new TwoSilosFixture
    {
        Configure = silo =>
        {
            silo.Services.AddSingleton(new SiloResources(
                ["cpu:0"], 1, ImmutableDictionary<string, string>.Empty.Add("site", begun++ == 0 ? "0" : "1")));
#pragma warning disable ORLEANSEXP003 // as in a cluster's silos: the older one may end the run's grain with the second silo
            silo.AddDistributedGrainDirectory();
#pragma warning restore ORLEANSEXP003
            silo.Configure<GrainDirectoryOptions>(options => options.RangeLeaseDuration = TimeSpan.Zero);
        },
    };

    public ValueTask InitializeAsync() => silos.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        await silos.DisposeAsync();
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Leave_SiloOfAShard_RoundsGoOnWithoutItAndItComesBackWithItsSite()
    {
        using var bound = new CancellationTokenSource(Bound);
        IRunGrain run = await StartAsync(minimum: 1);
        var told = new List<RunEvent>();
        Func<Task>[] acts =
        [
            async () =>
            {
                await run.LeaveAsync(silos.SecondAddress.ToParsableString()).WaitAsync(bound.Token);
                await silos.StopSecondAsync();
            },
            silos.StartSecondAsync,
            () => run.StopAsync(now: false),
        ];
        Func<RoundEvent, bool>[] wanted =
        [
            round => round.ContributionCount == 2,
            round => round is { ContributionCount: 1, Away: [1] },
            round => round.ContributionCount == 2 && round.Away.IsEmpty,
        ];
        int act = 0;
        Task acting = Task.CompletedTask; // beside the watch: one that asks too seldom is dropped
        await foreach (RunEvent runEvent in run.WatchAsync(null, bound.Token))
        {
            told.Add(runEvent);
            if (runEvent is RoundEvent round && acting.IsCompletedSuccessfully && act < acts.Length && wanted[act](round))
            {
                acting = acts[act++]();
            }
        }

        await acting;
        Assert.Equal(acts.Length, act);
        Assert.Equal(RunStatus.Stopped, Assert.IsType<StatusEvent>(told[^1]).Status);
        Assert.All(told, runEvent => Assert.Equal(1, runEvent.Generation));
        Assert.All(told.OfType<RoundEvent>(), round => Assert.Empty(round.Lost)); // what it was at is in
        Assert.Contains(told.OfType<RoundEvent>(), round => round.Moved is [1]);
        Assert.Contains(told.OfType<StatusEvent>(), status => status.IsWarning && status.Message.Contains("site=1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Leave_SiloOfAShardThatRoundsNeed_RunMoves()
    {
        using var bound = new CancellationTokenSource(Bound);
        IRunGrain run = await StartAsync(minimum: 2);
        Task? left = null;
        await foreach (RunEvent runEvent in run.WatchAsync(null, bound.Token))
        {
            left ??= runEvent is RoundEvent ? run.LeaveAsync(silos.SecondAddress.ToParsableString()) : null;
            if (runEvent is StatusEvent { Message: var message } && message.StartsWith("A silo leaves the cluster: the run goes on", StringComparison.Ordinal))
            {
                break;
            }
        }

        await left!.WaitAsync(bound.Token);
        await run.StopAsync(now: true);
    }

    private async Task<IRunGrain> StartAsync(int minimum)
    {
        IRunGrain run = silos.First.GetRequiredService<IGrainFactory>().GetGrain<IRunGrain>(folder.FullName);
        RequestContext.Set(IPlacementDirector.PlacementHintKey, silos.First.GetRequiredService<ILocalSiloDetails>().SiloAddress);
        await Assert.ThrowsAsync<InvalidOperationException>(run.GetAsync); // not started, but alive
        RequestContext.Clear();
        RunConfiguration configuration = TestRun.Federated(TestRun.Rounds with { Minimum = minimum, Balance = "round" }, epochs: 100_000);
        configuration = configuration with
        {
            Training = configuration.Training with { EvaluateEveryEpochs = 100_000 },
            Checkpoint = configuration.Checkpoint with { EveryEpochs = 100_000 },
            Placement = configuration.Placement with { Sites = ["site=0", "site=1"] },
        };
        await run.StartAsync(new RunOrder { Configuration = configuration, Folder = folder.FullName, Resume = false });
        return run;
    }
}
