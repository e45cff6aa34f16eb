using Actors.Contracts.Events;
using Actors.Contracts.Runs;
using Actors.Grains.Placement;
using Actors.Grains.Runs;
using Actors.Tests;
using Microsoft.Extensions.DependencyInjection;

namespace Actors.Grains.Tests.Runs;

/// <summary>Silos that do not see a run's folder, as where it is not mounted.</summary>
public sealed class RunFolderTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Run_ComesToLifeWhereItsFolderIsNotSeen_FailsAndMakesNothingUntilItIs()
    {
        await using var silo = new SiloFixture { Configure = BreakableStorage.Install };
        await silo.InitializeAsync();
        var order = new RunOrder { Configuration = TestRun.Configuration(), Folder = silo.NewFolder(), Resume = true, Registered = true };
        await BreakableStorage.Of(silo).WriteAsync("moved", _ => new RunRecord { Generation = 1, Order = order with { Resume = false } });
        IRunGrain run = silo.Grains.GetGrain<IRunGrain>("moved");

        StatusEvent last = await EndAsync(run);

        Assert.Equal(RunStatus.Failed, last.Status);
        Assert.StartsWith($"Silo {silo.Silo.Split('@')[0]} conducts the run and does not see its folder", last.Message, StringComparison.Ordinal);
        Assert.Contains(order.Folder, (await run.GetAsync()).FirstCause, StringComparison.Ordinal);
        Assert.False(Directory.Exists(order.Folder), "A folder was made in the place of the one that is not mounted.");

        Directory.CreateDirectory(order.Folder); // it is mounted again
        File.WriteAllText(Path.Combine(order.Folder, RunFiles.Configuration), "");
        await run.StartAsync(order);
        Assert.Equal(RunStatus.Completed, (await EndAsync(run)).Status);
    }

    [Fact]
    public async Task Run_SiloSeesAnotherFolder_IsToldBeforeTheFirstStepAndPassedOverWhereTheRunGoesOn()
    {
        string root = Directory.CreateTempSubdirectory("actors-folder-").FullName;
        var other = new OtherView(Directory.CreateDirectory(Path.Combine(root, "other")).FullName);
        await using (var silos = new TwoSilosFixture { Configure = builder => builder.AddIncomingGrainCallFilter(other) })
        {
            await silos.InitializeAsync();
            other.Silo = silos.SecondAddress;
            IGrainFactory grains = silos.First.GetRequiredService<IGrainFactory>();
            IRunDirectoryGrain list = grains.GetGrain<IRunDirectoryGrain>(0);
            RunConfiguration configuration = TestRun.Configuration(shards: 2, batch: 8) with { Name = "seen" };
            string folder = Path.Combine(root, "run");
            await list.StartAsync(new RunRegistration { Configuration = configuration, Folder = folder, Token = "seen", Document = "" });
            IRunGrain run = grains.GetGrain<IRunGrain>("seen");

            StatusEvent last = await EndAsync(run);

            Assert.Equal(RunStatus.Failed, last.Status);
            Assert.Equal(0, last.Step);
            Assert.Equal(
                $"The run cannot be placed: Silo {silos.SecondAddress.Endpoint}: the run's folder {folder} is not seen there: it has no .owner there. "
                + "Every silo must see it under this path: mount it there, or name another folder with --output.",
                last.Message);
            await Waiting.ForAsync("the list to have the run as failed", async () => (await list.FindAsync("seen"))!.FirstCause == last.Message);

            Assert.True((await list.ResumeAsync("seen")).Begun);
            Assert.Equal(RunStatus.Completed, (await EndAsync(run)).Status);
            string second = silos.SecondAddress.Endpoint.ToString();
            Assert.All((await run.GetAsync()).Placement, line => Assert.DoesNotContain(second, line, StringComparison.Ordinal));
        }

        Directory.Delete(root, recursive: true);
    }

    [Fact]
    public async Task Fault_FolderIsOfAnother_SaysSo()
    {
        string folder = Directory.CreateTempSubdirectory("actors-folder-").FullName;
        using (RunLock held = await RunLock.TakeAsync(folder, TimeProvider.System))
        {
            Assert.Null(RunLock.Fault(held.Owner));
            Assert.Contains("its .owner is another there", RunLock.Fault(held.Owner with { Text = "0 other" }), StringComparison.Ordinal);
            Assert.Contains("gone", RunLock.Fault(held.Owner with { Folder = Path.Combine(folder, "gone") }), StringComparison.Ordinal);
        }

        Directory.Delete(folder, recursive: true);
    }

    private static async Task<StatusEvent> EndAsync(IRunGrain run)
    {
        RunEvent? last = null;
        using var bound = new CancellationTokenSource(Bound);
        await foreach (RunEvent told in run.WatchAsync(null, bound.Token))
        {
            last = told;
        }

        return Assert.IsType<StatusEvent>(last);
    }

    /// <summary>Has one silo look into another folder of the same path, as where a host has its own disk there.</summary>
    private sealed class OtherView(string folder) : IIncomingGrainCallFilter
    {
        public SiloAddress? Silo { get; set; }

        public Task Invoke(IIncomingGrainCallContext context)
        {
            if (context.MethodName == nameof(ISiloGrain.LookAsync)
                && Silo is { } silo && context.TargetId.Key.ToString()!.Contains(silo.ToParsableString(), StringComparison.Ordinal))
            {
                var taken = (FolderOwner)context.Request.GetArgument(0)!;
                context.Result = RunLock.Fault(taken with { Folder = folder })?.Replace(folder, taken.Folder, StringComparison.Ordinal);
                return Task.CompletedTask;
            }

            return context.Invoke();
        }
    }
}
