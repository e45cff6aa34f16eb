using Actors.Contracts.Runs;
using Actors.Grains.Runs;
using Actors.Grains.Workers;
using Actors.Tests;

namespace Actors.Grains.Tests.Runs;

/// <summary>A storage that hangs: it writes what was taken for lost, or is away just when somebody wants something.</summary>
public sealed class LateWriteTests : IAsyncLifetime
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    private readonly HeldCall piece = new(nameof(IFusionGrain.TrainAsync));
    private readonly SiloFixture silo;

    public LateWriteTests() => silo = new()
    {
        Configure = builder =>
        {
            BreakableStorage.Install(builder);
            builder.AddIncomingGrainCallFilter(piece);
        },
    };

    private BreakableStorage Storage => BreakableStorage.Of(silo);

    public ValueTask InitializeAsync() => silo.InitializeAsync();

    public ValueTask DisposeAsync()
    {
        piece.Release(); // the silo waits for what is held
        return silo.DisposeAsync();
    }

    [Theory]
    [InlineData(2)] // where its workers are
    [InlineData(3)] // the stop
    [InlineData(4)] // its end
    public async Task Stop_OneOfItsOwnWritesWasTakenForLost_EndsTheRunForGood(int late)
    {
        int writes = 0;
        Storage.Hangs = what => what == "run" && ++writes == late;
        IRunGrain run = await StartAsync("late");
        await run.StopAsync(now: false);
        piece.Release();

        RunRecord kept = await UntilAsync("late", record => !record.IsUnfinished);

        Assert.Equal(RunStatus.Stopped, kept.Last!.Status);
        Assert.Equal(1, kept.Generation);
    }

    [Fact]
    public async Task Stop_StorageIsAway_IsKeptOnceItIsBack()
    {
        IRunGrain run = await StartAsync("away");
        Storage.IsAway = true;
        await run.StopAsync(now: false);
        Storage.IsAway = false;

        RunRecord kept = await UntilAsync("away", record => record.Stop == StopRequest.AtStep);

        Assert.True(kept.IsUnfinished, "The run has ended: this shows nothing.");
        piece.Release();
        await UntilAsync("away", record => !record.IsUnfinished);
    }

    /// <summary>Starts a run and waits until its first piece is held.</summary>
    private async Task<IRunGrain> StartAsync(string name)
    {
        IRunGrain run = silo.Grains.GetGrain<IRunGrain>(name);
        RunConfiguration configuration = TestRun.Configuration(epochs: 100_000);
        string folder = silo.NewListedFolder();
        await run.StartAsync(new RunOrder { Configuration = configuration, Folder = folder, Resume = false, Registered = true });
        await piece.Held.WaitAsync(Bound, TestContext.Current.CancellationToken);
        return run;
    }

    private async Task<RunRecord> UntilAsync(string run, Predicate<RunRecord> condition)
    {
        RunRecord kept = await Storage.ReadAsync(run);
        await Waiting.ForAsync($"what the storage has of run '{run}'", async () => condition(kept = await Storage.ReadAsync(run)), (int)Bound.TotalSeconds);
        return kept;
    }
}
