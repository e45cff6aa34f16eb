using Actors.Contracts.Events;
using Actors.Contracts.Runs;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime.Placement;

namespace Actors.Grains.Tests.Runs;

/// <summary>Silos that say that they leave while a run is being planned.</summary>
public sealed class LeavingSiloTests : IDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(1);

    private readonly HeldCall plan = new(nameof(IPlannerGrain.PlanAsync));
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("actors-leaving-");

    public void Dispose() => folder.Delete(recursive: true); // once the silos have ended

    [Fact]
    public async Task Leave_SiloOfThePlanThatIsBeingMade_RunIsPlannedAgainWithoutAStepThere()
    {
        await using var silos = new TwoSilosFixture { Configure = silo => silo.AddIncomingGrainCallFilter(plan) };
        await silos.InitializeAsync();
        IGrainFactory grains = silos.First.GetRequiredService<IGrainFactory>();
        IRunGrain run = grains.GetGrain<IRunGrain>(folder.FullName);
        RequestContext.Set(IPlacementDirector.PlacementHintKey, silos.First.GetRequiredService<ILocalSiloDetails>().SiloAddress);
        await Assert.ThrowsAsync<InvalidOperationException>(run.GetAsync); // not started, but alive
        RequestContext.Clear();
        using var bound = new CancellationTokenSource(Bound);
        RunConfiguration configuration = TestRun.Configuration(shards: 2, batch: 8, epochs: 100_000);
        await run.StartAsync(new RunOrder { Configuration = configuration, Folder = folder.FullName, Resume = false });
        await plan.Held.WaitAsync(bound.Token);
        await run.LeaveAsync(silos.SecondAddress.ToParsableString()).WaitAsync(bound.Token); // nobody computes there, and it may go
        plan.Release();

        var told = new List<RunEvent>();
        await foreach (RunEvent runEvent in run.WatchAsync(null, bound.Token))
        {
            told.Add(runEvent);
            if (runEvent is StepEvent or StatusEvent { Message: "A silo leaves the cluster: the run goes on from step 0 on those that stay." })
            {
                break;
            }
        }

        Assert.DoesNotContain(told, runEvent => runEvent is StepEvent or StatusEvent { Status: RunStatus.Running });
        await run.StopAsync(now: true);
    }

    [Fact]
    public async Task Leave_SiloThatThePlanHasNot_IsNotWaitedFor()
    {
        await using var silo = new SiloFixture { Configure = builder => builder.AddIncomingGrainCallFilter(plan) };
        await silo.InitializeAsync();
        using var bound = new CancellationTokenSource(Bound);
        Task<IReadOnlyList<RunEvent>> running = silo.RunAsync(TestRun.Configuration(), folder.FullName);
        await plan.Held.WaitAsync(bound.Token);
        await silo.Grains.GetGrain<IRunGrain>(folder.FullName).LeaveAsync("127.0.0.1:1@1").WaitAsync(bound.Token);
        plan.Release();
        OracleTests.AssertCompleted(await running);
    }
}
