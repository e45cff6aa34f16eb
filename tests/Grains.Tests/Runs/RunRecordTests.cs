using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using Actors.Contracts.Events;
using Actors.Contracts.Runs;
using Actors.Grains.Runs;
using Actors.Grains.Tests.Diagnostics;
using Actors.Grains.Workers;
using Actors.Tests;
using Microsoft.Extensions.DependencyInjection;

namespace Actors.Grains.Tests.Runs;

/// <summary>What a run's record makes of losses, of other activations, and of a storage that is away.</summary>
public sealed class RunRecordTests : IAsyncLifetime
{
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(1);

    private readonly SiloFixture silo = new() { Configure = BreakableStorage.Install };

    private BreakableStorage Storage => BreakableStorage.Of(silo);

    public ValueTask InitializeAsync() => silo.InitializeAsync();

    public ValueTask DisposeAsync() => silo.DisposeAsync();

    [Fact]
    public async Task Loss_AfterFiveInARowAndThenACheckpoint_GoesOn()
    {
        RunOrder order = Order(TestRun.Configuration(epochs: 40));
        await KeepAsync(order, losses: 5);
        using var measured = new Measurements(silo.Services.GetRequiredService<IMeterFactory>());
        IReadOnlyList<RunEvent> events = await WatchAsync(order, e => e is CheckpointEvent { Step: 8 } ? LoseAsync(order, generation: 6) : Task.CompletedTask);
        Assert.Single(events.OfType<StatusEvent>(), e => e.Message.Contains("since a generation was lost", StringComparison.Ordinal));
        Assert.Equal(8, (await Storage.ReadAsync(order.Folder)).AllLosses);
        Assert.Equal(8, measured.Collect()[$"actors.run.losses{{run={order.Folder}}}"]);
        Assert.Equal(RunStatus.Completed, Assert.IsType<StatusEvent>(events[^1]).Status);
    }

    [Fact]
    public async Task Loss_AfterFiveInARowWithoutACheckpoint_EndsTheRunWithTheFirstCauseOfTheSeries()
    {
        RunConfiguration endless = TestRun.Configuration(epochs: 100_000);
        endless = endless with
        {
            Checkpoint = endless.Checkpoint with { EveryEpochs = 1000 },
            Training = endless.Training with { EvaluateEveryEpochs = 1000 },
        };
        RunOrder order = Order(endless);
        await KeepAsync(order, losses: 5);
        IReadOnlyList<RunEvent> events = await WatchAsync(order, e => e is StepEvent ? LoseAsync(order, generation: 6) : Task.CompletedTask);
        StatusEvent last = Assert.IsType<StatusEvent>(events[^1]);
        Assert.Equal(RunStatus.Failed, last.Status);
        Assert.StartsWith("The first of them. That many generations in a row came to no checkpoint: 6.", last.Message, StringComparison.Ordinal);
        Assert.Equal(last.Message, (await silo.SnapshotAsync(order.Folder)).FirstCause);
    }

    [Fact]
    public async Task Failure_AfterALossThatTheRunGotOver_IsItsOwnFirstCause()
    {
        RunConfiguration broken = TestRun.Configuration();
        RunOrder order = Order(broken with { Optimizer = broken.Optimizer with { LearningRate = 1e38 } }); // losses become NaN within steps
        await KeepAsync(order, losses: 1);
        IReadOnlyList<RunEvent> events = await WatchAsync(order, _ => Task.CompletedTask);
        StatusEvent last = Assert.IsType<StatusEvent>(events[^1]);
        Assert.Contains("The training has diverged", last.Message, StringComparison.Ordinal);
        Assert.Equal(last.Message, (await silo.SnapshotAsync(order.Folder)).FirstCause);
    }

    [Fact]
    public async Task End_AnotherActivationHasTheRun_IsNotToldToTheList()
    {
        IRunDirectoryGrain list = silo.Grains.GetGrain<IRunDirectoryGrain>(0);
        RunConfiguration configuration = TestRun.Configuration(epochs: 40) with { Name = "taken" };
        await list.StartAsync(new RunRegistration { Configuration = configuration, Folder = silo.NewFolder(), Token = "taken", Document = "" });
        IRunGrain run = silo.Grains.GetGrain<IRunGrain>("taken");
        using var bound = new CancellationTokenSource(Bound);
        bool taken = false;
        await foreach (RunEvent told in run.WatchAsync(null, bound.Token))
        {
            if (told is StepEvent && !taken)
            {
                taken = true;
                // From now on what this activation wants to keep is refused.
                await Storage.WriteAsync("taken", record => record with { Activation = "another" });
                await run.StopAsync(now: false);
            }
        }

        await Waiting.ForAsync( // nobody else knows that it was stopped
            "the run to complete", async () => (await list.FindAsync("taken"))!.Status == RunStatus.Completed);
    }

    [Fact]
    public async Task Loss_StorageIsAway_IsToldOnceToThoseWhoWatchAndInTheFile()
    {
        RunOrder order = Order(TestRun.Configuration(epochs: 40));
        IRunGrain run = silo.Grains.GetGrain<IRunGrain>(order.Folder);
        await run.StartAsync(order with { Resume = false });
        int lost = 0, refused = 0;
        IReadOnlyList<RunEvent> events = await WatchAsync(order, async told =>
        {
            if (told is StepEvent && lost++ == 0)
            {
                Storage.Refuses = what => what == "run" && ++refused > 0;
                await LoseAsync(order, generation: 1);
            }

            if (IsWait(told))
            {
                int before = refused;
                Assert.Single(await run.HistoryAsync(), IsWait);
                Assert.Single(File.ReadLines(Path.Combine(order.Folder, RunFiles.Metrics)).Select(RunEventJson.Read), IsWait);
                await Waiting.ForAsync("the run to try again", () => refused > before);
                Storage.Refuses = _ => false;
            }
        });

        StatusEvent wait = Assert.IsType<StatusEvent>(Assert.Single(events, IsWait));
        Assert.Equal((RunStatus.Starting, 1), (wait.Status, wait.Generation));
        Assert.Equal(RunStatus.Completed, Assert.IsType<StatusEvent>(events[^1]).Status);

        static bool IsWait(RunEvent told) => told is StatusEvent status && status.Message.Contains("storage", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Resume_StorageIsAway_IsRefusedAndLeavesTheRunAtRest()
    {
        RunOrder order = Order(TestRun.Configuration(epochs: 40));
        IRunGrain run = silo.Grains.GetGrain<IRunGrain>(order.Folder);
        await run.StartAsync(order with { Resume = false });
        await WatchAsync(order, e => e is StepEvent ? run.StopAsync(now: false) : Task.CompletedTask);
        await Waiting.ForAsync("the record of a finished run", async () => !(await Storage.ReadAsync(order.Folder)).IsUnfinished);

        Storage.IsAway = true;
        await Assert.ThrowsAnyAsync<Exception>(() => run.StartAsync(order));
        Storage.IsAway = false;
        await run.EvaluateAsync(order); // keeps its generation

        RunRecord kept = await Storage.ReadAsync(order.Folder);
        Assert.False(kept.IsUnfinished, "A run that nobody resumed would be taken up.");
        Assert.Equal(RunStatus.Stopped, kept.Last!.Status);
    }

    [Fact]
    public async Task Activate_RunOfAManifestThatHasEnded_KnowsHowItEnded()
    {
        RunOrder order = Order(Sounds.Configuration(silo.NewFolder(), "joint"));
        var last = new RunSnapshot
        {
            Status = RunStatus.Stopped,
            Step = 7,
            TotalSteps = 9,
            FirstCause = null,
            Placement = ["a line"],
            Parameters = ImmutableDictionary<string, long>.Empty.Add("fusion", 5),
            Samples = ImmutableDictionary<string, int>.Empty.Add("train", 3),
            DataDigest = "d",
        };
        await Storage.WriteAsync(order.Folder, _ => new RunRecord { Generation = 1, Order = order, Last = last });

        RunSnapshot known = await silo.SnapshotAsync(order.Folder);
        Assert.Equal((last.Status, last.Step, last.DataDigest), (known.Status, known.Step, known.DataDigest));
        Assert.Equal(last.Parameters, known.Parameters);
        Assert.Equal(order.Configuration.Data.Manifest!.Audio, (await Storage.ReadAsync(order.Folder)).Order!.Configuration.Data.Manifest!.Audio);
    }

    [Fact]
    public async Task Forget_RunThatHasEnded_KeepsNothingButTheGeneration()
    {
        RunOrder order = Order(TestRun.Configuration(epochs: 100_000)) with { Resume = false };
        IRunGrain run = silo.Grains.GetGrain<IRunGrain>(order.Folder);
        await run.StartAsync(order);
        await Assert.ThrowsAsync<InvalidOperationException>(run.ForgetAsync);
        await WatchAsync(order, e => e is StepEvent ? run.StopAsync(now: true) : Task.CompletedTask);

        await run.ForgetAsync();

        await Assert.ThrowsAsync<InvalidOperationException>(run.GetAsync);
        RunRecord kept = await Storage.ReadAsync(order.Folder);
        Assert.Equal(new RunRecord { Generation = 1, Blames = kept.Blames, Activation = kept.Activation }, kept);
        Assert.Empty(kept.Blames);
        await run.StartAsync(order with { Folder = silo.NewListedFolder(), Configuration = TestRun.Configuration() });
        Assert.Equal(2, (await Storage.ReadAsync(order.Folder)).Generation);
    }

    private RunOrder Order(RunConfiguration configuration) =>
        new() { Configuration = configuration, Folder = silo.NewListedFolder(), Resume = true, Registered = true };

    /// <summary>Keeps a run that lost generations in a row, and is to be taken up.</summary>
    private Task KeepAsync(RunOrder order, int losses) => Storage.WriteAsync(
        order.Folder, _ => new RunRecord { Generation = 5, Order = order, Losses = losses, AllLosses = 7, FirstCause = "The first of them.", IsMoving = true });

    private Task LoseAsync(RunOrder order, int generation) =>
        silo.Grains.GetGrain<IEncoderGrain>(WorkerKey.Encoder(order.Folder, generation, 0, "m1", silo.Silo)).ReleaseAsync();

    private async Task<IReadOnlyList<RunEvent>> WatchAsync(RunOrder order, Func<RunEvent, Task> onEvent)
    {
        var events = new List<RunEvent>();
        using var bound = new CancellationTokenSource(Bound);
        await foreach (RunEvent told in silo.Grains.GetGrain<IRunGrain>(order.Folder).WatchAsync(null, bound.Token))
        {
            events.Add(told);
            await onEvent(told);
        }

        return events;
    }
}
