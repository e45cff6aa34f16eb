using Actors.Contracts.Events;
using Actors.Contracts.Runs;
using Actors.Grains.Workers;

namespace Actors.Grains.Tests.Runs;

/// <summary>Runs that are to stop at once, without a checkpoint.</summary>
public sealed class StopNowTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData(16, RunStatus.Stopped)]
    [InlineData(24, RunStatus.Completed)] // the last: nothing is left to resume
    public async Task Stop_NowInTheLastStepOfAnEpoch_NoValidationIsMissedInTheEnd(long epochEnd, RunStatus ends)
    {
        var held = new HeldCall(nameof(IEncoderGrain.EncodeAsync), epochEnd - 1);
        await using var silo = new SiloFixture { Configure = builder => builder.AddIncomingGrainCallFilter(held) };
        await silo.InitializeAsync();
        RunConfiguration configuration = TestRun.Configuration(epochs: 3);
        string stopped = silo.NewFolder(), straight = silo.NewFolder();
        Task<IReadOnlyList<RunEvent>> running = silo.RunAsync(configuration, stopped);
        await held.Held.WaitAsync(Bound, TestContext.Current.CancellationToken);
        await silo.Grains.GetGrain<IRunGrain>(stopped).StopAsync(now: true);
        held.Release();
        IReadOnlyList<RunEvent> events = await running;
        Assert.Equal(ends, Assert.IsType<StatusEvent>(events[^1]).Status);
        if (ends == RunStatus.Stopped)
        {
            Assert.DoesNotContain(events.OfType<CheckpointEvent>(), told => told.Step >= epochEnd);
            OracleTests.AssertCompleted(await silo.RunAsync(configuration, stopped, resume: true));
        }

        await silo.RunAsync(configuration, straight);
        Assert.Equal(Evaluations(straight), Evaluations(stopped));
        Weights.AssertSameBits(Weights.Of(straight, 24, withOptimizer: true), Weights.Of(stopped, 24, withOptimizer: true));
    }

    [Theory]
    [InlineData(nameof(IPlannerGrain.PlanAsync), null, 0)]
    [InlineData(nameof(IEncoderGrain.PrepareAsync), null, 0)]
    [InlineData(nameof(IEncoderGrain.EncodeAsync), 12L, 8)] // in the second round, which is as long as an epoch
    [InlineData(nameof(IEncoderGrain.InferAsync), null, 8)] // in the first validation
    public async Task Stop_NowInWhatTakesLong_DropsItAndAResumeEqualsNeverStopped(string call, object? argument, long step)
    {
        HeldCall held = new(call, argument), aborted = new(nameof(IModuleGrain.AbortAsync), of: typeof(IModuleGrain));
        var prepared = new PreparedModules();
        await using var silo = new SiloFixture
        {
            Configure = builder => builder.AddIncomingGrainCallFilter(held).AddIncomingGrainCallFilter(aborted).AddIncomingGrainCallFilter(prepared),
        };
        await silo.InitializeAsync();
        RunConfiguration configuration = TestRun.Federated(TestRun.Rounds with { Balance = "round" }, epochs: 3);
        configuration = configuration with { Training = configuration.Training with { SynchronizationEvery = 8 } };
        string stopped = silo.NewFolder(), straight = silo.NewFolder();
        Task<IReadOnlyList<RunEvent>> running = silo.RunAsync(configuration, stopped);
        IReadOnlyList<RunEvent> events;
        try
        {
            await held.Held.WaitAsync(Bound, TestContext.Current.CancellationToken);
            await silo.Grains.GetGrain<IRunGrain>(stopped).StopAsync(now: true);
            if (call != nameof(IPlannerGrain.PlanAsync)) // there is no worker yet
            {
                await aborted.Held.WaitAsync(Bound, TestContext.Current.CancellationToken);
                aborted.Release();
                held.Release();
            }

            events = await running.WaitAsync(Bound, TestContext.Current.CancellationToken);
        }
        finally
        {
            held.Release();
        }

        Assert.Equal(RunStatus.Stopped, Assert.IsType<StatusEvent>(events[^1]).Status);
        Assert.Equal(step, events[^1].Step);
        // Of what was dropped nothing is begun.
        Assert.Equal(call is nameof(IPlannerGrain.PlanAsync) or nameof(IEncoderGrain.PrepareAsync) ? 0 : 6, prepared.Count);
        Assert.Equal(argument is null, !events.Any(told => told is CheckpointEvent or EvaluationEvent)); // the first round alone came to one

        OracleTests.AssertCompleted(await silo.RunAsync(configuration, stopped, resume: true));
        await silo.RunAsync(configuration, straight);
        Assert.Equal(Evaluations(straight), Evaluations(stopped));
        Weights.AssertSameBits(Weights.Of(straight, 24, withOptimizer: true), Weights.Of(stopped, 24, withOptimizer: true));
    }

    /// <summary>Counts the encoders and fusions that are prepared.</summary>
    private sealed class PreparedModules : IIncomingGrainCallFilter
    {
        private int count;

        public int Count => count;

        public Task Invoke(IIncomingGrainCallContext context)
        {
            Interlocked.Add(ref count, context.MethodName == nameof(IModuleGrain.PrepareAsync) && context.Grain is IModuleGrain ? 1 : 0);
            return context.Invoke();
        }
    }

    private static (string Split, long Step, int Epoch, double Loss, bool Best)[] Evaluations(string folder) =>
    [
        .. File.ReadLines(Path.Combine(folder, "metrics.jsonl")).Select(RunEventJson.Read).OfType<EvaluationEvent>()
            .Select(e => (e.Split, e.Step, e.Epoch, e.Loss, e.Best)),
    ];
}
