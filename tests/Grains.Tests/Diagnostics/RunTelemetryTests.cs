using System.Diagnostics.Metrics;
using Actors.Contracts.Events;
using Actors.Contracts.Runs;
using Actors.Grains.Tests.Runs;
using Microsoft.Extensions.DependencyInjection;

namespace Actors.Grains.Tests.Diagnostics;

public sealed class RunTelemetryTests
{
    [Fact]
    public async Task Meter_RunOfTwoShards_TellsWhatItsEventsTell()
    {
        await using var silo = new SiloFixture { AlwaysEncode = true };
        await silo.InitializeAsync();
        using var measured = new Measurements(silo.Services.GetRequiredService<IMeterFactory>());
        string run = silo.NewFolder();
        IReadOnlyList<RunEvent> events = await silo.RunAsync(TestRun.Configuration(shards: 2, batch: 8), run);
        OracleTests.AssertCompleted(events);
        IReadOnlyDictionary<string, double> series = measured.Collect();

        StepEvent step = events.OfType<StepEvent>().Last();
        Assert.Equal(step.Loss, series[$"actors.run.loss{{run={run}}}"]);
        Assert.Equal(step.Accuracy, series[$"actors.run.accuracy{{run={run}}}"]);
        Assert.Equal(step.LearningRate, series[$"actors.run.learning_rate{{run={run}}}"]);
        Assert.Equal(step.SamplesPerSecond, series[$"actors.run.throughput{{run={run}}}"]);
        Assert.Equal(step.Step, series[$"actors.run.step{{run={run}}}"]);
        Assert.Equal(step.Step, series[$"actors.run.step.limit{{run={run}}}"]);
        Assert.Equal(1, series[$"actors.run.generation{{run={run}}}"]);
        Assert.Equal(4, series[$"actors.run.coefficient.limit{{run={run}}}"]);
        Assert.Equal(1, series[$"actors.run.status{{run={run},status=completed}}"]);
        Assert.Equal(0, series[$"actors.run.status{{run={run},status=running}}"]);
        foreach (ModalityStep modality in step.Modalities)
        {
            string labels = $"{{modality={modality.Name},run={run}}}";
            Assert.Equal(modality.Loss, series[$"actors.modality.loss{labels}"]);
            Assert.Equal(modality.Accuracy, series[$"actors.modality.accuracy{labels}"]);
            Assert.Equal(modality.Score, series[$"actors.modality.score{labels}"]);
            Assert.Equal(modality.Ratio, series[$"actors.modality.ratio{labels}"]);
            Assert.Equal(modality.Coefficient, series[$"actors.modality.coefficient{labels}"]);
            Assert.Equal(modality.GradientNorm, series[$"actors.modality.gradient_norm{labels}"]);
        }

        foreach (EvaluationEvent evaluation in events.OfType<EvaluationEvent>().TakeLast(2)) // the last on validation, and test
        {
            Assert.Equal(evaluation.Loss, series[$"actors.run.evaluation.loss{{run={run},split={evaluation.Split}}}"]);
            Assert.Equal(evaluation.Accuracy, series[$"actors.run.evaluation.accuracy{{run={run},split={evaluation.Split}}}"]);
            Assert.All(evaluation.Modalities, modality =>
            {
                string labels = $"{{modality={modality.Name},run={run},split={evaluation.Split}}}";
                Assert.Equal(modality.Accuracy, series[$"actors.modality.evaluation.accuracy{labels}"]);
                Assert.True(modality.Loss > 0);
                Assert.Equal(modality.Loss, series[$"actors.modality.evaluation.loss{labels}"]);
            });
        }

        CheckpointEvent[] checkpoints = [.. events.OfType<CheckpointEvent>()];
        Assert.Equal(checkpoints[^1].Bytes, series[$"actors.checkpoint.size{{run={run}}}"]);
        Assert.Equal(checkpoints[^1].Time.ToUnixTimeMilliseconds() / 1000.0, series[$"actors.checkpoint.time{{run={run}}}"]);
        Assert.Equal(checkpoints.Length, series[$"actors.run.checkpoints{{run={run}}}"]);
        Assert.Equal(step.Step, series[$"actors.run.steps{{run={run}}}"]);
        Assert.Equal(step.Step * 2 * 8, series[$"actors.run.samples{{run={run}}}"]);
        Assert.Equal(0, series[$"actors.run.failures{{run={run}}}"]);

        IReadOnlyDictionary<string, (double Sum, long Count)> told = measured.Told();
        Assert.Equal((checkpoints.Sum(c => c.Seconds), checkpoints.Length), told["actors.checkpoint.duration{}"]);
        foreach (string phase in (string[])["encode", "fuse", "balance", "learn"])
        {
            Assert.Equal(step.Step, told[$"actors.step.phase.duration{{phase={phase},shard=0}}"].Count);
            Assert.Equal(step.Step, told[$"actors.step.phase.duration{{phase={phase},shard=1}}"].Count);
        }

        foreach (string phase in (string[])["data", "encode", "backward", "reduce", "optimize"])
        {
            // Two encoders; and a fusion, which has no data, encoding and backward of its own.
            Assert.Equal(phase is "reduce" or "optimize" ? 3 * step.Step : 2 * step.Step, told[$"actors.worker.phase.duration{{phase={phase},shard=1}}"].Count);
        }

        Assert.Equal(step.Step * 8, told["actors.shard.samples{shard=0}"].Sum);
        Assert.True(told["actors.tensor.traffic{direction=encoded}"].Sum > 0);
        Assert.Equal(told["actors.tensor.traffic{direction=encoded}"], told["actors.tensor.traffic{direction=decoded}"]);
        Assert.Equal(told["actors.tensor.messages{direction=encoded}"], told["actors.tensor.messages{direction=decoded}"]);
    }

    [Fact]
    public async Task Meter_RunStoppedAndResumed_CountsEveryStepOnce()
    {
        await using var silo = new SiloFixture();
        await silo.InitializeAsync();
        using var measured = new Measurements(silo.Services.GetRequiredService<IMeterFactory>());
        string run = silo.NewFolder();
        await silo.RunAsync(TestRun.Configuration(), run, false, (grain, e) => e is StepEvent ? grain.StopAsync(false) : Task.CompletedTask);
        Assert.Equal(1, measured.Collect()[$"actors.run.status{{run={run},status=stopped}}"]);
        IReadOnlyList<RunEvent> events = await silo.RunAsync(TestRun.Configuration(), run, resume: true);
        IReadOnlyDictionary<string, double> series = measured.Collect();
        Assert.Equal(events.OfType<StepEvent>().Last().Step, series[$"actors.run.steps{{run={run}}}"]);
        Assert.Equal(2, series[$"actors.run.generation{{run={run}}}"]);
    }

    [Fact]
    public async Task Meter_RunStoppedAtAStepThatIsNotTold_CountsItAndKnowsItsCheckpoint()
    {
        await using var silo = new SiloFixture();
        await silo.InitializeAsync();
        using var measured = new Measurements(silo.Services.GetRequiredService<IMeterFactory>());
        string run = silo.NewFolder();
        RunConfiguration configuration = TestRun.Configuration(epochs: 100);
        configuration = configuration with { Training = configuration.Training with { LogEverySteps = 1000 } };
        IReadOnlyList<RunEvent> events = await silo.RunAsync(
            configuration, run, false, (grain, e) => e is StatusEvent { Status: RunStatus.Running } ? grain.StopAsync(false) : Task.CompletedTask);
        Assert.Equal(events[^1].Step, measured.Collect()[$"actors.run.steps{{run={run}}}"]);
        Assert.Equal(events[^1].Step * 16, measured.Collect()[$"actors.run.samples{{run={run}}}"]);

        CheckpointEvent written = events.OfType<CheckpointEvent>().Last();
        IReadOnlyDictionary<string, double>? begun = null;
        await silo.RunAsync(configuration, run, true, (grain, e) =>
        {
            begun ??= e is StatusEvent { Status: RunStatus.Running } resumed && resumed.Message.StartsWith("Training from", StringComparison.Ordinal) ? measured.Collect() : null;
            return begun is null ? Task.CompletedTask : grain.StopAsync(true);
        });
        Assert.Equal(written.Time.ToUnixTimeSeconds(), begun![$"actors.checkpoint.time{{run={run}}}"], 5.0);
    }

    [Fact]
    public async Task Meter_RunFails_CountsTheFailure()
    {
        await using var silo = new SiloFixture();
        await silo.InitializeAsync();
        using var measured = new Measurements(silo.Services.GetRequiredService<IMeterFactory>());
        string run = silo.NewFolder();
        RunConfiguration configuration = TestRun.Configuration();
        await silo.RunAsync(configuration with { Placement = configuration.Placement with { Devices = ["cuda:97"] } }, run);
        IReadOnlyDictionary<string, double> series = measured.Collect();
        Assert.Equal(1, series[$"actors.run.failures{{run={run}}}"]);
        Assert.Equal(1, series[$"actors.run.status{{run={run},status=failed}}"]);
    }
}
