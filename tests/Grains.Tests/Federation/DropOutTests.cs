using System.Diagnostics.Metrics;
using System.Globalization;
using Actors.Contracts.Events;
using Actors.Contracts.Runs;
using Actors.Grains.Balancing;
using Actors.Grains.Tests.Diagnostics;
using Actors.Grains.Tests.Runs;
using Actors.Grains.Workers;
using Actors.Learning.Checkpoints;
using Actors.Tests;
using Microsoft.Extensions.DependencyInjection;

namespace Actors.Grains.Tests.Federation;

/// <summary>Shards that are late, and shards that are lost and come back. A gate holds the encoders of shard 1 before a step.</summary>
public sealed class DropOutTests : IAsyncLifetime
{
    private readonly Gate gate = new();
    private readonly FirstMessageLost network = new(nameof(IBalancerGrain.DropAsync)); // told twice then
    private readonly SiloFixture silo;

    public DropOutTests() => silo = new SiloFixture
    {
        Configure = builder =>
        {
            builder.AddIncomingGrainCallFilter(gate);
            network.Install(builder);
        },
    };

    public ValueTask InitializeAsync() => silo.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        gate.Open();
        await silo.DisposeAsync();
    }

    [Fact]
    public async Task Run_ShardIsLate_RoundsGoOnWithoutItAndItComesBack()
    {
        RunConfiguration configuration = Configuration(TestRun.Rounds with { Minimum = 1, DeadlineSeconds = 2, Balance = "round" });
        string folder = silo.NewFolder();
        gate.Close(step: 3); // the second round's first
        using var measured = new Measurements(silo.Services.GetRequiredService<IMeterFactory>());
        IReadOnlyList<RunEvent> events = await silo.RunAsync(configuration, folder, false, (_, e) =>
        {
            if (e is RoundEvent { Round: 3 })
            {
                gate.Open();
            }

            return Task.CompletedTask;
        });

        OracleTests.AssertCompleted(events);
        RoundEvent[] rounds = [.. events.OfType<RoundEvent>()];
        Assert.Equal([1], rounds[1].Late);
        Assert.Equal([1], rounds[2].Away);
        Assert.Equal(rounds.Sum(round => round.SampleCount), measured.Collect()[$"actors.run.samples{{run={folder}}}"]);
        Assert.Contains(rounds, round => round.Round > 3 && round.ContributionCount == 2);
        AssertEqualsLocal(configuration, folder, events);
    }

    [Theory]
    [InlineData("step")] // the other shard waits for the scores of the one that is lost
    [InlineData("round")]
    public async Task Run_ShardIsLost_RoundGoesOnWithoutItAndItJoinsTheNext(string balance)
    {
        RunConfiguration configuration = Configuration(TestRun.Rounds with { Minimum = 1, Balance = balance });
        string folder = silo.NewFolder();
        gate.Lose(step: 10);
        IReadOnlyList<RunEvent> events = await silo.RunAsync(configuration, folder);

        OracleTests.AssertCompleted(events); // in one generation: the sequence has no gap
        RoundEvent lost = Assert.Single(events.OfType<RoundEvent>(), round => round.Lost.Length > 0);
        Assert.Equal((1, 1), (lost.ContributionCount, Assert.Single(lost.Lost)));
        Assert.Equal(balance == "step" ? 1 : 0, network.Lost);
        Assert.All(events.OfType<RoundEvent>().Where(round => round.Round > lost.Round), round => Assert.Equal(2, round.ContributionCount));
        AssertFreshOptimizer(folder, lost.Step, events.OfType<StepEvent>().Last().Step);
        if (balance == "round")
        {
            AssertEqualsLocal(configuration, folder, events); // by step, what it reported before it was lost counted
        }
    }

    [Fact]
    public async Task Run_ShardIsLongInComingBack_RoundsGoOnWithoutItAndItJoinsWhenItIsThere()
    {
        RunConfiguration configuration = Configuration(TestRun.Rounds with { Minimum = 1, Balance = "round" }, epochs: 20);
        string folder = silo.NewFolder();
        gate.Lose(step: 10);
        gate.HoldPreparing();
        int without = 0;
        IReadOnlyList<RunEvent> events = await silo.RunAsync(configuration, folder, false, (_, e) =>
        {
            without += e is RoundEvent { Away: [1], ContributionCount: 1 } ? 1 : 0;
            if (without == 2)
            {
                gate.Open();
            }

            return Task.CompletedTask;
        });

        OracleTests.AssertCompleted(events);
        Assert.True(without >= 2);
        Assert.Equal(2, events.OfType<RoundEvent>().Last().ContributionCount);
        AssertEqualsLocal(configuration, folder, events);
    }

    [Fact]
    public async Task Run_EndsWhileAShardIsPrepared_LeavesNothing()
    {
        RunConfiguration configuration = Configuration(TestRun.Rounds with { Minimum = 1, Balance = "round" }, epochs: 1000);
        OracleTests.AssertCompleted(await silo.RunAsync(Configuration(TestRun.Rounds, epochs: 1), silo.NewFolder())); // what is measured before the first plan
        long before = TensorLeaks.Baseline();
        gate.Lose(step: 10);
        gate.HoldPreparing();
        IReadOnlyList<RunEvent> events = await silo.RunAsync(configuration, silo.NewFolder(), false, async (run, e) =>
        {
            if (e is RoundEvent { Away: [1] })
            {
                gate.OpenWhenReleased();
                await run.StopAsync(now: false);
            }
        });

        Assert.Equal(RunStatus.Stopped, Assert.IsType<StatusEvent>(events[^1]).Status);
        TensorLeaks.AssertNone(before);
        Assert.Equal(1, gate.FusionsPrepared); // not again after the end
    }

    [Theory]
    [InlineData(nameof(IFusionGrain.SaveAsync))]
    [InlineData(nameof(IFusionGrain.EvaluateAsync))]
    [InlineData(nameof(IFusionGrain.TakeShardAsync))]
    [InlineData(nameof(IFusionGrain.RestoreAsync))] // the best weights, at the end
    public async Task Run_ShardIsLostBetweenRounds_RunGoesOnWithoutIt(string call)
    {
        RunConfiguration configuration = Configuration(TestRun.Rounds with { Minimum = 1, Balance = "round" });
        string folder = silo.NewFolder();
        gate.Lose(call);
        IReadOnlyList<RunEvent> events = await silo.RunAsync(configuration, folder);

        OracleTests.AssertCompleted(events); // in one generation: the sequence has no gap
        Assert.True(gate.HasLost);
        Assert.All(events.OfType<RoundEvent>(), round => Assert.Equal(2, round.ContributionCount)); // it is prepared again before the next
        AssertEqualsLocal(configuration, folder, events);
    }

    [Fact]
    public async Task Run_FewerThanTheMinimumAreLeft_GoesOnInTheNextGenerationFromItsCheckpoint()
    {
        RunConfiguration configuration = Configuration(TestRun.Rounds with { Minimum = 2 });
        string straight = silo.NewFolder(), disturbed = silo.NewFolder();
        long steps = (await silo.RunAsync(configuration, straight)).OfType<StepEvent>().Last().Step;
        gate.Lose(step: 10);
        IReadOnlyList<RunEvent> events = await silo.RunAsync(configuration, disturbed);

        Assert.Equal(RunStatus.Completed, Assert.IsType<StatusEvent>(events[^1]).Status);
        Assert.Contains(events.OfType<StatusEvent>(), e => e.Message.Contains("goes on from its newest checkpoint", StringComparison.Ordinal));
        Weights.AssertSameBits(Weights.Of(straight, steps), Weights.Of(disturbed, steps));
    }

    [Fact]
    public async Task Learned_OfAnotherRound_IsRefused()
    {
        RunConfiguration configuration = Configuration(TestRun.Rounds);
        IEncoderGrain encoder = silo.Grains.GetGrain<IEncoderGrain>(WorkerKey.Encoder("refused", 1, 0, "m0", silo.Silo));
        await encoder.PrepareAsync(new WorkerOrder
        {
            Run = "refused", Generation = 1, Configuration = configuration, Shard = 0, Modality = 0, Device = "cpu:0", FeatureCounts = [],
            EncoderSilos = [], BalancerSilo = silo.Silo, ReducerSilos = [silo.Silo],
        });
        Assert.Contains("round 4", (await Assert.ThrowsAsync<WorkerException>(() => encoder.LearnedAsync(4, 0))).Message);
        await encoder.ReleaseAsync();
    }

    private static RunConfiguration Configuration(RoundConfiguration rounds, int epochs = 4)
    {
        RunConfiguration run = TestRun.Federated(rounds, epochs: epochs);
        return run with { Optimizer = run.Optimizer with { Momentum = 0 } }; // so that steps which are dropped leave nothing behind
    }

    /// <summary>The run, told who was in which round, in one thread: nothing of those who were late or lost is in it.</summary>
    private static void AssertEqualsLocal(RunConfiguration configuration, string folder, IReadOnlyList<RunEvent> events)
    {
        var rounds = events.OfType<RoundEvent>().ToDictionary(round => round.Round);
        long steps = events.OfType<StepEvent>().Last().Step;
        Weights.AssertSameBits(
            LocalRun.Train(configuration, steps, (round, shard) => !rounds[round].Late.Concat(rounds[round].Lost).Concat(rounds[round].Away).Contains(shard)),
            Weights.Of(folder, steps));
    }

    /// <summary>Shard 1 has forgotten what it did before it was lost, though its workers were there all the time.</summary>
    private static void AssertFreshOptimizer(string folder, long since, long steps)
    {
        Checkpoint checkpoint = new CheckpointStore(Path.Combine(folder, "checkpoints")).Open(steps);
        Assert.All(["encoder.m0", "encoder.m1", "fusion"], module =>
        {
            using SafetensorsContent optimizer = checkpoint.ReadTensors($"optimizer.{module}.shard-1");
            Assert.Equal(steps - since, long.Parse(optimizer.Metadata["optimizer_steps"], CultureInfo.InvariantCulture));
        });
    }

    /// <summary>Stands before the encoders of shard 1.</summary>
    private sealed class Gate : IIncomingGrainCallFilter
    {
        private TaskCompletionSource? closed;
        private long? closesAt;
        private long? losesAt;
        private string? losesIn;
        private bool holdsPreparing;
        private bool opensWhenReleased;

        /// <summary>How often the fusion of shard 1 was prepared since encoders are held.</summary>
        public int FusionsPrepared { get; private set; }

        public bool HasLost { get; private set; }

        public void Close(long step) => (closed, closesAt) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), step);

        public void Open() => closed?.TrySetResult();

        public void Lose(long step) => losesAt = step;

        /// <summary>Encoders that are prepared after the first time wait.</summary>
        public void HoldPreparing() => closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Opens when the fusion is released.</summary>
        public void OpenWhenReleased() => opensWhenReleased = true;

        /// <summary>At the first call of this name to the fusion of shard 1.</summary>
        public void Lose(string call) => losesIn = call;

        public async Task Invoke(IIncomingGrainCallContext context)
        {
            if (context.InterfaceMethod.Name == nameof(IEncoderGrain.EncodeAsync)
                && context.TargetId.Key.ToString()!.Contains("/s1/", StringComparison.Ordinal))
            {
                long step = (long)context.Request.GetArgument(0)!;
                if (step == closesAt)
                {
                    await closed!.Task;
                }

                if (step == losesAt)
                {
                    losesAt = null;
                    holdsPreparing = closed is not null;
                    throw new SiloUnavailableException("The test took the silo away.");
                }
            }

            await (context.InterfaceMethod.Name == nameof(IEncoderGrain.PrepareAsync) && holdsPreparing && IsOf(context, "encoder", "/s1/")
                ? closed!.Task
                : Task.CompletedTask);
            FusionsPrepared += context.InterfaceMethod.Name == nameof(IFusionGrain.PrepareAsync) && closed is not null && IsOf(context, "fusion", "/s1@")
                ? 1
                : 0;
            if (opensWhenReleased && context.InterfaceMethod.Name == nameof(IFusionGrain.ReleaseAsync) && IsOf(context, "fusion", "/s1@"))
            {
                Open();
            }

            if (context.InterfaceMethod.Name == losesIn && IsOf(context, "fusion", "/s1@"))
            {
                (losesIn, HasLost) = (null, true);
                throw new SiloUnavailableException("The test took the silo away.");
            }

            await context.Invoke();
        }

        private static bool IsOf(IIncomingGrainCallContext context, string type, string part) =>
            context.TargetId.Type.ToString() == type && context.TargetId.Key.ToString()!.Contains(part, StringComparison.Ordinal);
    }
}
