using Actors.Contracts.Events;

namespace Actors.Grains.Tests.Diagnostics;

/// <summary>The meter tells of a run what its events tell.</summary>
public sealed class RunOfTwoShardsTests(MeasuredRun measured) : IClassFixture<MeasuredRun>
{
    private readonly string run = measured.Run;
    private readonly StepEvent step = measured.Step;
    private readonly IReadOnlyDictionary<string, double> series = measured.Series;
    private readonly IReadOnlyDictionary<string, (double Sum, long Count)> told = measured.Told;

    [Fact]
    public void Meter_OfTheRun_HasItsLastStepAndStatus()
    {
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
    }

    [Fact]
    public void Meter_OfEachModality_HasItsLastStep()
    {
        Assert.All(step.Modalities, modality =>
        {
            string labels = $"{{modality={modality.Name},run={run}}}";
            Assert.Equal(modality.Loss, series[$"actors.modality.loss{labels}"]);
            Assert.Equal(modality.Accuracy, series[$"actors.modality.accuracy{labels}"]);
            Assert.Equal(modality.Score, series[$"actors.modality.score{labels}"]);
            Assert.Equal(modality.Ratio, series[$"actors.modality.ratio{labels}"]);
            Assert.Equal(modality.Coefficient, series[$"actors.modality.coefficient{labels}"]);
            Assert.Equal(modality.GradientNorm, series[$"actors.modality.gradient_norm{labels}"]);
        });
    }

    [Fact]
    public void Meter_OfEvaluations_HasTheLastOfEachSplit()
    {
        foreach (EvaluationEvent evaluation in measured.Events.OfType<EvaluationEvent>().TakeLast(2)) // the last on validation, and test
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
    }

    [Fact]
    public void Meter_OfCheckpoints_HasTheNewestAndTheirNumber()
    {
        CheckpointEvent[] checkpoints = measured.Checkpoints;
        Assert.Equal(checkpoints[^1].Bytes, series[$"actors.checkpoint.size{{run={run}}}"]);
        Assert.Equal(checkpoints[^1].Time.ToUnixTimeMilliseconds() / 1000.0, series[$"actors.checkpoint.time{{run={run}}}"]);
        Assert.Equal(checkpoints.Length, series[$"actors.run.checkpoints{{run={run}}}"]);
        Assert.Equal((checkpoints.Sum(c => c.Seconds), checkpoints.Length), told["actors.checkpoint.duration{}"]);
    }

    [Fact]
    public void Meter_OfCounters_CountsStepsAndSamples()
    {
        Assert.Equal(step.Step, series[$"actors.run.steps{{run={run}}}"]);
        Assert.Equal(step.Step * 2 * 8, series[$"actors.run.samples{{run={run}}}"]);
        Assert.Equal(0, series[$"actors.run.failures{{run={run}}}"]);
        Assert.Equal(step.Step * 8, told["actors.shard.samples{shard=0}"].Sum);
    }

    [Theory]
    [InlineData("encode")]
    [InlineData("fuse")]
    [InlineData("balance")]
    [InlineData("learn")]
    public void Meter_OfAStepsPhase_TimesEachStepOfEachShard(string phase)
    {
        Assert.Equal(step.Step, told[$"actors.step.phase.duration{{phase={phase},shard=0}}"].Count);
        Assert.Equal(step.Step, told[$"actors.step.phase.duration{{phase={phase},shard=1}}"].Count);
    }

    [Theory]
    [InlineData("data", 2)] // two encoders; and a fusion, which has no data, encoding and backward of its own
    [InlineData("encode", 2)]
    [InlineData("backward", 2)]
    [InlineData("reduce", 3)]
    [InlineData("optimize", 3)]
    public void Meter_OfAWorkersPhase_TimesEachStepOfEachWorkerThatHasIt(string phase, int workers) =>
        Assert.Equal(workers * step.Step, told[$"actors.worker.phase.duration{{phase={phase},shard=1}}"].Count);

    [Fact]
    public void Meter_OfTensors_DecodesWhatWasEncoded()
    {
        Assert.True(told["actors.tensor.traffic{direction=encoded}"].Sum > 0);
        Assert.Equal(told["actors.tensor.traffic{direction=encoded}"], told["actors.tensor.traffic{direction=decoded}"]);
        Assert.Equal(told["actors.tensor.messages{direction=encoded}"], told["actors.tensor.messages{direction=decoded}"]);
    }
}
