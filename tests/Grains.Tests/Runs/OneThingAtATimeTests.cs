using Actors.Contracts.Events;
using Actors.Contracts.Runs;
using Actors.Grains.Workers;
using Actors.Learning.Data;

namespace Actors.Grains.Tests.Runs;

/// <summary>What is asked of a run, and of the list of runs, while one is being started or evaluated.</summary>
public sealed class OneThingAtATimeTests : IAsyncLifetime
{
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(10); // a call waits for 30

    private readonly HeldCall testing = new(nameof(IFusionGrain.EvaluateAsync), Split.Test);
    private readonly HeldCall starting = new(nameof(IRunGrain.StartAsync));
    private readonly SiloFixture silo;

    public OneThingAtATimeTests() => silo = new()
    {
        Configure = builder => builder.AddIncomingGrainCallFilter(testing).AddIncomingGrainCallFilter(starting),
    };

    private IRunDirectoryGrain List => silo.Grains.GetGrain<IRunDirectoryGrain>(0);

    private IRunGrain Run => silo.Grains.GetGrain<IRunGrain>("one");

    public ValueTask InitializeAsync() => silo.InitializeAsync();

    public ValueTask DisposeAsync()
    {
        starting.Release(); // the silo waits for what is held
        testing.Release();
        return silo.DisposeAsync();
    }

    [Fact]
    public async Task Evaluate_UnderWay_ResumeForgetAndASecondAreRefusedAtOnce()
    {
        RegisteredRun run = await StoppedAsync();
        var order = new RunOrder { Configuration = run.Configuration, Folder = run.Folder, Resume = true };
        Task<EvaluationEvent> evaluated = Run.EvaluateAsync(order);
        await HeldAsync(testing);

        const string Refusal = "Run 'one' is being evaluated.";
        string file = Path.Combine(run.Folder, RunFiles.Configuration), before = File.ReadAllText(file);
        var changed = new ChangedPlacement(run.Configuration.Placement with { ThreadsPerDevice = 7 }, "changed");
        RunAnswer resumed = await AtOnceAsync(List.ResumeAsync("one", changed));
        Assert.Equal(before, File.ReadAllText(file));
        Assert.Equal(run.Configuration.Placement, (await List.FindAsync("one"))!.Configuration.Placement);
        Assert.StartsWith(Refusal, resumed.Refusal, StringComparison.Ordinal);
        Assert.StartsWith(Refusal, await AtOnceAsync(List.ForgetAsync("one")), StringComparison.Ordinal);
        var second = await Assert.ThrowsAsync<InvalidOperationException>(() => AtOnceAsync(Run.EvaluateAsync(order)));
        Assert.StartsWith(Refusal, second.Message, StringComparison.Ordinal);

        testing.Release();
        Assert.Equal("test", (await evaluated.WaitAsync(Bound, TestContext.Current.CancellationToken)).Split);
        Assert.Equal(RunStatus.Stopped, (await List.FindAsync("one"))!.Status);
        Assert.Null(await List.ForgetAsync("one"));
    }

    [Fact]
    public async Task Start_UnderWay_TheListAnswers()
    {
        Task<RunAnswer> started = List.StartAsync(Registration());
        await HeldAsync(starting);

        Assert.NotNull(await AtOnceAsync(List.FindAsync("one")));
        Assert.Single(await AtOnceAsync(List.ListAsync()));

        starting.Release();
        Assert.True((await started.WaitAsync(Bound, TestContext.Current.CancellationToken)).Begun);
        await Run.StopAsync(now: true);
    }

    /// <summary>A run that was stopped behind a checkpoint.</summary>
    private async Task<RegisteredRun> StoppedAsync()
    {
        starting.Release();
        Assert.True((await List.StartAsync(Registration())).Begun);
        using var bound = new CancellationTokenSource(Bound);
        await foreach (RunEvent told in Run.WatchAsync(null, bound.Token))
        {
            await (told is StepEvent ? Run.StopAsync(now: false) : Task.CompletedTask);
        }

        return (await List.FindAsync("one"))!;
    }

    private RunRegistration Registration() => new()
    {
        Configuration = TestRun.Configuration(epochs: 100_000) with { Name = "one" },
        Folder = silo.NewFolder(),
        Token = "one",
        Document = "",
    };

    private static Task<T> AtOnceAsync<T>(Task<T> call) => call.WaitAsync(AtOnce, TestContext.Current.CancellationToken);

    private static Task HeldAsync(HeldCall call) => call.Held.WaitAsync(Bound, TestContext.Current.CancellationToken);
}
