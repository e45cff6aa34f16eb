using System.Diagnostics.Metrics;
using Actors.Contracts.Events;
using Actors.Contracts.Runs;

namespace Actors.Grains.Diagnostics;

/// <summary>
/// Instruments with a value for each run. They look when somebody collects: a step pays nothing for them, and a run that is gone has no series.
/// </summary>
internal static class RunInstruments
{
    private static readonly (RunStatus Value, KeyValuePair<string, object?> Label)[] Statuses =
        [.. Enum.GetValues<RunStatus>().Select(s => (s, KeyValuePair.Create<string, object?>("status", s.Word())))];

    /// <summary>Creates them.</summary>
    public static void Create(Meter meter, Func<IEnumerable<RunReading>> runs)
    {
        Gauge("actors.run.loss", "{nat}", "Mean cross-entropy of the fused output in the newest step told.", r => r.Step?.Loss);
        Gauge("actors.run.accuracy", "1", "Part of the samples the fused output got right in the newest step told.", r => r.Step?.Accuracy);
        Gauge("actors.run.learning_rate", "1", "Learning rate of the newest step told.", r => r.Step?.LearningRate);
        Gauge("actors.run.throughput", "{sample}/s", "Training speed over all shards.", r => r.Step?.SamplesPerSecond);
        Gauge("actors.run.step", "{step}", "Steps taken.", r => r.Step?.Step ?? r.Status?.Step);
        Gauge("actors.run.step.limit", "{step}", "Steps of the whole run.", r => r.Facts.TotalSteps);
        Gauge("actors.run.generation", "{generation}", "Number of the attempt.", r => r.Facts.Generation);
        Gauge("actors.run.coefficient.limit", "1", "Upper bound of every coefficient.", r => r.Facts.CoefficientLimit);
        Gauge("actors.run.round", "{round}", "Number of the newest round told.", r => r.Round?.Round);
        Gauge("actors.run.round.participants", "{shard}", "Shards that began it.", r => r.Round?.ParticipantCount);
        Gauge("actors.run.shards.away", "{shard}", "Shards that were not there when it began.", r => r.Round?.Away.Length);
        Gauge("actors.run.round.samples", "{sample}", "Samples of those that are in.", r => r.Round?.SampleCount);
        Gauge("actors.checkpoint.time", "s", "When the newest checkpoint was written, since 1970.", r => r.CheckpointTime?.ToUnixTimeMilliseconds() / 1000.0);
        Gauge("actors.checkpoint.size", "By", "Size of the newest checkpoint.", r => r.CheckpointBytes);
        meter.CreateObservableGauge("actors.run.status", () => runs().SelectMany(Status), "1", "1 at the run's status, 0 at all others.");
        meter.CreateObservableGauge(
            "actors.run.evaluation.loss", () => runs().SelectMany(r => Evaluations(r, e => e.Loss)),
            "{nat}", "Mean cross-entropy of the fused output over a split.");
        meter.CreateObservableGauge(
            "actors.run.evaluation.accuracy", () => runs().SelectMany(r => Evaluations(r, e => e.Accuracy)),
            "1", "Accuracy of the fused output over a split.");

        Counter("actors.run.steps", "{step}", "Steps taken on this silo.", r => r.Steps);
        Counter("actors.run.samples", "{sample}", "Samples trained on, over all shards.", r => r.Samples);
        Counter("actors.run.failures", "{failure}", "Times the run failed.", r => r.Failures);
        Counter("actors.run.contributions.missed", "{contribution}", "Contributions to rounds that came late or were lost.", r => r.Missed);
        Counter("actors.run.losses", "{loss}", "Times a silo was lost and the run went on.", r => r.Losses);
        Counter("actors.run.recoveries", "{recovery}", "Times the run trained again after a loss.", r => r.Recoveries);
        Counter("actors.run.checkpoints", "{checkpoint}", "Checkpoints written.", r => r.Checkpoints);

        void Gauge(string name, string unit, string description, Func<RunReading, double?> read) =>
            meter.CreateObservableGauge(name, () => Values(runs(), read), unit, description);

        void Counter(string name, string unit, string description, Func<RunReading, long> read) =>
            meter.CreateObservableCounter(name, () => runs().Select(r => new Measurement<long>(read(r), r.Label)), unit, description);
    }

    private static IEnumerable<Measurement<double>> Values(IEnumerable<RunReading> runs, Func<RunReading, double?> read)
    {
        foreach (RunReading run in runs)
        {
            if (read(run) is { } value)
            {
                yield return new Measurement<double>(value, run.Label);
            }
        }
    }

    private static IEnumerable<Measurement<int>> Status(RunReading run) => run.Status is { } now
        ? Statuses.Select(s => new Measurement<int>(s.Value == now.Status ? 1 : 0, run.Label, s.Label))
        : [];

    private static IEnumerable<Measurement<double>> Evaluations(RunReading run, Func<EvaluationEvent, double> read)
    {
        if (run.Validation is { } validation)
        {
            yield return new Measurement<double>(read(validation), run.Label, SplitLabel.Validation);
        }

        if (run.Test is { } test)
        {
            yield return new Measurement<double>(read(test), run.Label, SplitLabel.Test);
        }
    }
}
