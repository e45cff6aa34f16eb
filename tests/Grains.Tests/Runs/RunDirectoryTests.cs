using Actors.Contracts.Runs;
using Actors.Grains.Runs;
using Actors.Tests;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Core.Internal;
using Orleans.Providers;
using Orleans.Storage;

namespace Actors.Grains.Tests.Runs;

public sealed class RunDirectoryTests : IAsyncLifetime
{
    private const int MostEnded = 1000;

    private readonly SiloFixture silo = new() { Configure = BreakableStorage.Install };

    private BreakableStorage Storage => BreakableStorage.Of(silo);

    private IRunDirectoryGrain List => silo.Grains.GetGrain<IRunDirectoryGrain>(0);

    public ValueTask InitializeAsync() => silo.InitializeAsync();

    public ValueTask DisposeAsync() => silo.DisposeAsync();

    [Fact]
    public async Task Ended_MoreRunsThanAreKept_TheOldestIsForgotten()
    {
        DateTimeOffset first = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);
        IGrainStorage storage = silo.Services.GetRequiredKeyedService<IGrainStorage>(ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME);
        IRunDirectoryGrain list = List;
        await storage.WriteStateAsync("runs", list.GetGrainId(), new GrainState<RunDirectoryState>(new RunDirectoryState
        {
            Runs = Enumerable.Range(0, MostEnded).Select(n => Ended($"old{n}", first.AddMinutes(n))).ToDictionary(run => run.Configuration.Name),
        }));
        RunConfiguration configuration = TestRun.Configuration(epochs: 40) with { Name = "new" };
        await list.StartAsync(new RunRegistration { Configuration = configuration, Folder = silo.NewFolder(), Token = "new", Document = "" });

        Assert.Equal(["new"], await list.UnfinishedAsync());
        Assert.Equal(MostEnded + 1, (await list.ListAsync()).Length);

        await silo.Grains.GetGrain<IRunGrain>("new").StopAsync(now: true);
        await Waiting.ForAsync("the oldest run to leave the list", async () => (await list.ListAsync()).Length == MostEnded);

        Assert.Empty(await list.UnfinishedAsync());
        Assert.Null(await list.FindAsync("old0"));
        Assert.NotNull(await list.FindAsync("old1"));
        Assert.Equal(RunStatus.Stopped, (await list.FindAsync("new"))!.Status);
    }

    [Fact]
    public async Task Resume_ListIsLostOnceTheRunHasBegun_TheRunIsStillKnownToBeUnderWay()
    {
        await StartAsync("again");
        await StopAsync("again");
        bool begun = false;
        Storage.Refuses = what => what == "runs" ? begun : !(begun = true); // what the list keeps after the run's own record
        await Assert.ThrowsAnyAsync<Exception>(() => List.ResumeAsync("again"));
        Storage.Refuses = _ => false;
        await ForgetAsync();

        Assert.Equal(["again"], await List.UnfinishedAsync());
        Assert.Contains("already under way", (await List.ResumeAsync("again")).Refusal, StringComparison.Ordinal);
        await StopAsync("again");
    }

    [Fact]
    public async Task Resume_RunIsUnderWayThoughListedAsStopped_IsRefusedAndMendsTheList()
    {
        await StartAsync("listed");
        await Storage.ChangeListAsync(List.GetGrainId(), run => run with { Status = RunStatus.Stopped });
        await ForgetAsync();
        Assert.Empty(await List.UnfinishedAsync());

        Assert.Contains("already under way", (await List.ResumeAsync("listed")).Refusal, StringComparison.Ordinal);
        Assert.Equal(["listed"], await List.UnfinishedAsync());
        await ForgetAsync();
        Assert.Equal(["listed"], await List.UnfinishedAsync());
        await StopAsync("listed");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Find_ResumedRunIsStillBeingWrittenDown_IsPending(bool isFresh)
    {
        await StartAsync("written");
        await StopAsync("written");
        if (isFresh)
        {
            await silo.Grains.GetGrain<IRunGrain>("written").AsReference<IGrainManagementExtension>()
                .DeactivateOnIdle(TestContext.Current.CancellationToken);
        }

        var (held, released) = (new TaskCompletionSource(), new TaskCompletionSource());
        Storage.Before = what => what == "run" && held.TrySetResult() ? released.Task : Task.CompletedTask;
        Task<RunAnswer> resumed = List.ResumeAsync("written");
        await held.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        RegisteredRun meanwhile = (await List.FindAsync("written"))!;
        Exception? watch = await Record.ExceptionAsync(silo.Grains.GetGrain<IRunGrain>("written").HistoryAsync);
        released.SetResult();

        Assert.Equal((RunStatus.Pending, null), (meanwhile.Status, meanwhile.FirstCause));
        Assert.Equal(isFresh ? typeof(SiloUnavailableException) : null, watch?.GetType()); // as one that is on its way: it is asked again
        Assert.True((await resumed).Begun);
        await StopAsync("written");
    }

    [Fact]
    public async Task Start_ResumedRunThatDidNotBegin_GoesOnFromItsCheckpoint()
    {
        RunRegistration registration = await StartAsync("lost");
        await StopAsync("lost");
        await Storage.ChangeListAsync(List.GetGrainId(), run => run with { Status = RunStatus.Pending, IsResumed = true });
        await Storage.WriteAsync("lost", _ => new RunRecord { Generation = 1 });
        await silo.Grains.GetGrain<IRunGrain>("lost").AsReference<IGrainManagementExtension>().DeactivateOnIdle(TestContext.Current.CancellationToken);
        await ForgetAsync();

        Assert.Equal(RunStatus.Failed, (await List.FindAsync("lost"))!.Status);
        Assert.True((await List.StartAsync(registration)).Begun);
        Assert.True((await Storage.ReadAsync("lost")).Order!.Resume);
        await StopAsync("lost");
    }

    [Fact]
    public async Task Start_ListWasLostBeforeTheRunWasInIt_SameTokenStartsTheRun()
    {
        RunRegistration registration = Registration("unlisted");
        Storage.Refuses = what => what == "runs";
        await Assert.ThrowsAnyAsync<Exception>(() => List.StartAsync(registration));
        Storage.Refuses = _ => false;
        await ForgetAsync();

        RunAnswer answer = await List.StartAsync(registration);

        Assert.Equal((true, null), (answer.Begun, answer.Refusal));
        await StopAsync("unlisted");
    }

    [Theory]
    [InlineData("config.yaml", "another: run")]
    [InlineData("metrics.jsonl", "")]
    public async Task Start_FolderHoldsARun_IsRefused(string file, string text)
    {
        RunRegistration registration = Registration("second");
        Directory.CreateDirectory(registration.Folder);
        File.WriteAllText(Path.Combine(registration.Folder, "config.yaml"), registration.Document);
        File.WriteAllText(Path.Combine(registration.Folder, file), text);

        RunAnswer answer = await List.StartAsync(registration);

        Assert.Contains("holds a run already", answer.Refusal, StringComparison.Ordinal);
        Assert.Null(await List.FindAsync("second"));
        Assert.Equal(text, File.ReadAllText(Path.Combine(registration.Folder, file)));
    }

    private RunRegistration Registration(string name) =>
        new() { Configuration = TestRun.Configuration(epochs: 100_000) with { Name = name }, Folder = silo.NewFolder(), Token = name, Document = "" };

    private async Task<RunRegistration> StartAsync(string name)
    {
        RunRegistration registration = Registration(name);
        Assert.True((await List.StartAsync(registration)).Begun);
        return registration;
    }

    private async Task StopAsync(string name)
    {
        await silo.Grains.GetGrain<IRunGrain>(name).StopAsync(now: true);
        await Waiting.ForAsync(
            $"the list and the record to have run '{name}' as stopped",
            async () => (await List.FindAsync(name))!.Status == RunStatus.Stopped && !(await Storage.ReadAsync(name)).IsUnfinished);
    }

    /// <summary>Ends the list's activation, as the loss of its silo does: the next knows what was kept.</summary>
    private async Task ForgetAsync() => await List.AsReference<IGrainManagementExtension>().DeactivateOnIdle(TestContext.Current.CancellationToken);

    private static RegisteredRun Ended(string name, DateTimeOffset when) => new()
    {
        Configuration = TestRun.Configuration() with { Name = name },
        Folder = "",
        Token = name,
        Status = RunStatus.Completed,
        Step = 16,
        TotalSteps = 16,
        FirstCause = null,
        Started = when,
        Changed = when,
    };
}
