using Actors.Contracts.Events;
using Actors.Contracts.Runs;
using Actors.Grains.Runs;
using Actors.Grains.Workers;
using Actors.Learning.Checkpoints;
using Actors.Learning.Evaluation;
using Actors.Tests;

namespace Actors.Grains.Tests.Runs;

public sealed class RunGrainTests(SiloFixture silo) : IClassFixture<SiloFixture>
{
    [Theory]
    [InlineData("sgd", "late-linear", "convnet")]
    [InlineData("adamw", "mid-mlp", "lenet")] // dropout and batch statistics
    public async Task Run_StoppedAndResumedTwiceMidEpoch_EqualsNeverStoppedBitForBit(string optimizer, string fusion, string encoder)
    {
        RunConfiguration configuration = TestRun.Configuration(epochs: 3);
        configuration = configuration with
        {
            Optimizer = configuration.Optimizer with { Name = optimizer, LearningRate = 0.01 },
            Fusion = configuration.Fusion with { Name = fusion },
            Modalities = [.. configuration.Modalities.Select(m => m with { Encoder = encoder })],
        };
        string straight = silo.NewFolder(), stopped = silo.NewFolder();
        IReadOnlyList<RunEvent> expected = await silo.RunAsync(configuration, straight);
        long steps = expected.OfType<StepEvent>().Last().Step;

        IReadOnlyList<RunEvent> first = await silo.RunAsync(configuration, stopped, false, StopAt(3));
        Assert.Equal(RunStatus.Stopped, Assert.IsType<StatusEvent>(first[^1]).Status);
        Assert.True(first[^1].Step < steps, $"The run was stopped at step 3 but went on to {first[^1].Step} of {steps}.");
        await silo.RunAsync(configuration, stopped, true, StopAt(first[^1].Step + 6));
        IReadOnlyList<RunEvent> last = await silo.RunAsync(configuration, stopped, resume: true);

        OracleTests.AssertCompleted(last);
        Weights.AssertSameBits(Weights.Of(straight, steps, withOptimizer: true), Weights.Of(stopped, steps, withOptimizer: true));
        Assert.Equal(
            expected.OfType<StepEvent>().Select(e => (e.Step, e.Loss)),
            last.OfType<StepEvent>().Select(e => (e.Step, e.Loss))); // the curves join
    }

    [Fact]
    public async Task Run_KilledBetweenCheckpoints_GoesOnFromTheNewestAndEqualsNeverStopped()
    {
        RunConfiguration configuration = TestRun.Configuration(epochs: 3);
        string straight = silo.NewFolder(), killed = silo.NewFolder();
        long steps = (await silo.RunAsync(configuration, straight)).OfType<StepEvent>().Last().Step;
        await silo.RunAsync(configuration, killed, false, (run, e) => e is StepEvent { Step: >= 12 } ? run.StopAsync(true) : Task.CompletedTask);
        File.AppendAllText(Path.Combine(killed, "metrics.jsonl"), "{\"kind\":\"step\",\"sequ"); // as a kill leaves it
        IReadOnlyList<RunEvent> events = await silo.RunAsync(configuration, killed, resume: true);
        OracleTests.AssertCompleted(events);
        Weights.AssertSameBits(Weights.Of(straight, steps), Weights.Of(killed, steps));
        Assert.Equal(events.Select(RunEventJson.Write), File.ReadAllLines(Path.Combine(killed, "metrics.jsonl")));
    }

    [Fact]
    public async Task Run_WorkerIsLostWithWhatItHeld_GoesOnInTheNextGenerationAndEqualsUndisturbed()
    {
        RunConfiguration configuration = TestRun.Configuration(epochs: 40);
        string straight = silo.NewFolder(), disturbed = silo.NewFolder();
        long steps = (await silo.RunAsync(configuration, straight)).OfType<StepEvent>().Last().Step;
        IEncoderGrain lost = silo.Grains.GetGrain<IEncoderGrain>(WorkerKey.Encoder(disturbed, 1, 0, "m1", silo.Silo));
        IReadOnlyList<RunEvent> events = await silo.RunAsync(
            configuration, disturbed, false, (_, e) => e is StepEvent { Step: 12 } ? lost.ReleaseAsync() : Task.CompletedTask);

        Assert.Equal(RunStatus.Completed, Assert.IsType<StatusEvent>(events[^1]).Status);
        StatusEvent loss = Assert.Single(events.OfType<StatusEvent>(), e => e.Message.Contains("goes on from its newest checkpoint", StringComparison.Ordinal));
        Assert.True(loss is { IsWarning: true, GoesOn: true });
        RunEvent[] kept = [.. File.ReadLines(Path.Combine(disturbed, "metrics.jsonl")).Select(RunEventJson.Read)];
        // This is also where the warning is taken back.
        Assert.Single(kept.OfType<StatusEvent>(), e => e.Message.StartsWith("Resuming from step ", StringComparison.Ordinal)
            && e.Message.Contains("since a generation was lost: ", StringComparison.Ordinal));
        Assert.Equal(Enumerable.Range(0, kept.Length).Select(n => (long)n), kept.Select(e => e.Sequence));
        int again = events.ToList().FindIndex(e => e is StatusEvent { Message: var message } && message.StartsWith("Resuming", StringComparison.Ordinal));
        // Who watches misses nothing.
        Assert.Equal(kept[^(events.Count - again)..], events.Skip(again), (a, b) => RunEventJson.Write(a) == RunEventJson.Write(b));
        Weights.AssertSameBits(Weights.Of(straight, steps, withOptimizer: true), Weights.Of(disturbed, steps, withOptimizer: true));
    }

    [Fact]
    public async Task Leave_BetweenTwoGenerations_NextTakesNoStepThere()
    {
        string folder = silo.NewFolder();
        IRunGrain run = silo.Grains.GetGrain<IRunGrain>(folder);
        IEncoderGrain lost = silo.Grains.GetGrain<IEncoderGrain>(WorkerKey.Encoder(folder, 1, 0, "m1", silo.Silo));
        await run.StartAsync(new RunOrder { Configuration = TestRun.Configuration(epochs: 40), Folder = folder, Resume = false });
        using var bound = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        await foreach (RunEvent told in run.WatchAsync(null, bound.Token))
        {
            await (told is StepEvent { Step: 12 } ? lost.ReleaseAsync() : Task.CompletedTask);
            if (told is StatusEvent { Message: var message } && message.Contains("goes on from its newest checkpoint", StringComparison.Ordinal))
            {
                break;
            }
        }

        Assert.True(
            SpinWait.SpinUntil(() => !RunLock.IsHeld(folder), TimeSpan.FromSeconds(10)),
            "The generation that was lost still holds the folder after 10 s.");
        await run.LeaveAsync(silo.Silo).WaitAsync(bound.Token); // the next one waits for the membership to settle

        RunEvent[] kept = [.. File.ReadLines(Path.Combine(folder, "metrics.jsonl")).Select(RunEventJson.Read)];
        StatusEvent last = Assert.IsType<StatusEvent>(kept[^1]);
        Assert.StartsWith("A silo leaves the cluster", last.Message, StringComparison.Ordinal);
        Assert.Equal((false, true), (last.IsWarning, last.GoesOn));
        int resumed = Array.FindLastIndex(
            kept, told => told is StatusEvent { Message: var message } && message.StartsWith("Resuming", StringComparison.Ordinal));
        Assert.True(resumed >= 0, "There was no next generation.");
        Assert.All(kept[resumed..], told => Assert.IsType<StatusEvent>(told));
        Assert.False(RunLock.IsHeld(folder));
    }

    [Fact]
    public async Task Leave_SomebodyWatches_IsToldToAskElsewhere()
    {
        string folder = silo.NewFolder();
        IRunGrain run = silo.Grains.GetGrain<IRunGrain>(folder);
        await run.StartAsync(new RunOrder { Configuration = TestRun.Configuration(epochs: 100_000), Folder = folder, Resume = false });
        using var bound = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        Task? left = null;
        await Assert.ThrowsAsync<SiloUnavailableException>(async () =>
        {
            await foreach (RunEvent told in run.WatchAsync(null, bound.Token)) // a call that goes on would keep the silo from ending
            {
                left ??= told is StepEvent ? run.LeaveAsync(silo.Silo) : null;
            }
        });
        await left!;
    }

    [Fact]
    public async Task Run_FolderIsUnderWayElsewhere_FailsSayingSoAndWritesNothingThere()
    {
        string folder = silo.NewFolder();
        Directory.CreateDirectory(folder);
        using (await RunLock.TakeAsync(folder, TimeProvider.System))
        {
            IReadOnlyList<RunEvent> events = await silo.RunAsync(TestRun.Configuration(), folder);
            StatusEvent last = Assert.IsType<StatusEvent>(events[^1]);
            Assert.Equal(RunStatus.Failed, last.Status);
            Assert.Contains(folder, last.Message, StringComparison.Ordinal);
            Assert.False(File.Exists(Path.Combine(folder, "metrics.jsonl")));
        }

        OracleTests.AssertCompleted(await silo.RunAsync(TestRun.Configuration(), folder));
        Assert.False(RunLock.IsHeld(folder));
    }

    [Fact]
    public async Task Run_WorkerThrows_FailsWithTheFirstCauseAndTheSiloGoesOn()
    {
        long before = TensorLeaks.Baseline();
        RunConfiguration broken = TestRun.Configuration(shards: 2, batch: 8);
        broken = broken with { Optimizer = broken.Optimizer with { LearningRate = 1e38 } }; // scores become NaN within steps
        string folder = silo.NewFolder();
        IReadOnlyList<RunEvent> events = await silo.RunAsync(broken, folder);
        StatusEvent last = Assert.IsType<StatusEvent>(events[^1]);
        Assert.Equal(RunStatus.Failed, last.Status);
        Assert.Contains("The training has diverged", last.Message);
        Assert.Equal(last.Message, (await silo.SnapshotAsync(folder)).FirstCause);

        OracleTests.AssertCompleted(await silo.RunAsync(TestRun.Configuration(), silo.NewFolder()));
        TensorLeaks.AssertNone(before);
    }

    [Theory]
    [InlineData(1, 16)]
    [InlineData(2, 8)]
    [InlineData(1, 128)] // one step: its validation tells
    public async Task Run_DivergesWithoutScores_FailsSayingSo(int shards, int batch)
    {
        RunConfiguration configuration = TestRun.Configuration(method: "joint", shards: shards, batch: batch, epochs: 1);
        configuration = configuration with
        {
            Fusion = configuration.Fusion with { Name = "mid-mlp" },
            Optimizer = configuration.Optimizer with { LearningRate = 1e38 },
        };
        IReadOnlyList<RunEvent> events = await silo.RunAsync(configuration, silo.NewFolder());
        StatusEvent last = Assert.IsType<StatusEvent>(events[^1]);
        Assert.Equal(RunStatus.Failed, last.Status);
        Assert.Contains(
            "The loss of the fused output must be a finite number, but is NaN at step 1. "
            + "The training has diverged: lower optimizer.learning_rate or set training.clip_norm.",
            last.Message);
    }

    [Theory]
    [InlineData(1, 16)]
    [InlineData(2, 8)]
    public async Task Run_DivergesWithScores_FailsNamingStepShardDeviceAndModality(int shards, int batch)
    {
        RunConfiguration configuration = TestRun.Configuration(method: "mlb", shards: shards, batch: batch, epochs: 1);
        configuration = configuration with { Optimizer = configuration.Optimizer with { LearningRate = 1e30 } };
        IReadOnlyList<RunEvent> events = await silo.RunAsync(configuration, silo.NewFolder());
        StatusEvent last = Assert.IsType<StatusEvent>(events[^1]);
        Assert.Equal(RunStatus.Failed, last.Status);
        Assert.Matches(
            @"on cpu:0, shard [01] failed at step 1: The loss of modality 'm[01]' must be a finite number, but is NaN at step 1\. "
            + "The training has diverged: ",
            last.Message);
    }

    [Fact]
    public async Task Run_DeviceAbsent_FailsNamingTheDevicePresentOnes()
    {
        RunConfiguration configuration = TestRun.Configuration();
        IReadOnlyList<RunEvent> events = await silo.RunAsync(
            configuration with { Placement = configuration.Placement with { Devices = ["cuda:97"] } }, silo.NewFolder());
        Assert.Contains("cuda:97", Assert.IsType<StatusEvent>(events[^1]).Message);
        Assert.Contains("cpu:0", Assert.IsType<StatusEvent>(events[^1]).Message);
    }

    [Fact]
    public async Task Run_Completed_LeavesNoTensorsAndWritesPredictionsOfTheBestModel()
    {
        long before = TensorLeaks.Baseline();
        string folder = silo.NewFolder();
        RunConfiguration configuration = TestRun.Configuration(3);
        IReadOnlyList<RunEvent> events = await silo.RunAsync(configuration, folder);
        OracleTests.AssertCompleted(events);
        EvaluationEvent test = Assert.Single(events.OfType<EvaluationEvent>(), e => e.Split == "test");
        SplitPredictions predictions = PredictionFile.Read(Path.Combine(folder, "predictions-test.csv"));
        Assert.Equal(test.Accuracy, ClassificationMetrics.Accuracy(predictions.Labels, predictions.Fused.Predicted));
        Assert.Equal(test.Epoch, events.OfType<EvaluationEvent>().Where(e => e.Split == "validation").MaxBy(e => e.Accuracy)!.Epoch);
        TensorLeaks.AssertNone(before);
    }

    [Fact]
    public async Task Start_WhileUnderWay_IsRefused()
    {
        string folder = silo.NewFolder();
        RunConfiguration configuration = TestRun.Configuration();
        Exception? refused = null;
        await silo.RunAsync(configuration, folder, false, async (run, e) =>
        {
            if (e.Sequence == 0)
            {
                refused = await Record.ExceptionAsync(() => run.StartAsync(new RunOrder { Configuration = configuration, Folder = folder, Resume = false }));
            }
        });
        Assert.Contains("under way", Assert.IsType<InvalidOperationException>(refused).Message);
    }

    [Fact]
    public async Task Resume_OtherData_IsRefused()
    {
        string folder = silo.NewFolder();
        RunConfiguration configuration = TestRun.Configuration();
        await silo.RunAsync(configuration, folder);
        IReadOnlyList<RunEvent> events = await silo.RunAsync(configuration with { Data = configuration.Data with { Seed = 9 } }, folder, resume: true);
        Assert.Contains("data has changed", Assert.IsType<StatusEvent>(events[^1]).Message);
    }

    [Fact]
    public async Task Evaluate_OtherData_IsRefusedAndLeavesThePredictions()
    {
        string folder = silo.NewFolder(), predictions = Path.Combine(folder, "predictions-test.csv");
        RunConfiguration configuration = TestRun.Configuration();
        await silo.RunAsync(configuration, folder);
        string told = File.ReadAllText(predictions);
        RunOrder other = new() { Configuration = configuration with { Data = configuration.Data with { Seed = 9 } }, Folder = folder, Resume = true };
        IRunGrain run = silo.Grains.GetGrain<IRunGrain>(folder);
        CheckpointException refused = await Assert.ThrowsAsync<CheckpointException>(() => run.EvaluateAsync(other));
        Assert.Contains($"The data has changed since {folder}", refused.Message);
        Assert.Equal(told, File.ReadAllText(predictions));
        await run.EvaluateAsync(other with { Configuration = configuration });
    }

    [Fact]
    public async Task Resume_OtherSettings_IsRefusedNamingThem()
    {
        string folder = silo.NewFolder();
        RunConfiguration configuration = TestRun.Configuration();
        await silo.RunAsync(configuration, folder);
        RunConfiguration changed = configuration with { Training = configuration.Training with { BatchSize = 8, LogEverySteps = 1 } };
        IReadOnlyList<RunEvent> events = await silo.RunAsync(changed, folder, resume: true);
        string message = Assert.IsType<StatusEvent>(events[^1]).Message;
        Assert.Contains("training.batch_size was 16 and is 8", message);
        Assert.DoesNotContain("log_every", message); // how often is told decides nothing
    }

    [Fact]
    public async Task Start_FolderCannotBeMade_FailsSayingSo()
    {
        string file = Path.Combine(silo.Root, "a-file");
        File.WriteAllText(file, "");
        IReadOnlyList<RunEvent> events = await silo.RunAsync(TestRun.Configuration(), Path.Combine(file, "run"));
        StatusEvent last = Assert.IsType<StatusEvent>(events[^1]);
        Assert.Equal(RunStatus.Failed, last.Status);
        Assert.Contains("a-file", last.Message);
    }

    private static Func<IRunGrain, RunEvent, Task> StopAt(long step) =>
        (run, e) => e is StepEvent && e.Step >= step ? run.StopAsync(false) : Task.CompletedTask;
}
