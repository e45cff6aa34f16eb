using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Actors.Grains.Diagnostics;

/// <summary>How long the phases of a step take. By shard and not by run: a histogram's series stay as long as the silo lives.</summary>
internal sealed class StepTimings(Meter meter, TimeProvider time)
{
    private static readonly InstrumentAdvice<double> Buckets = new()
    {
        HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    };

    private readonly Histogram<double> duration = meter.CreateHistogram("actors.step.phase.duration", "s", "Time a phase of a step takes.", advice: Buckets);
    private readonly Histogram<double> work = meter.CreateHistogram(
        "actors.worker.phase.duration", "s", "Time a worker takes for its part of a step.", advice: Buckets);
    private readonly Counter<long> samples = meter.CreateCounter<long>("actors.shard.samples", "{sample}", "Samples a shard trained on.");

    /// <summary>The moment a phase begins.</summary>
    public long Begin() => time.GetTimestamp();

    /// <summary>Records a phase as the step sees it; returns the moment the next one begins.</summary>
    public long End(string phase, int shard, long began, ActivityContext traced = default) => Record(duration, phase, shard, began, "step", traced);

    /// <summary>A clock for what a worker does in one call.</summary>
    /// <param name="shard">Index d.</param>
    /// <param name="module">Name of the worker's module, for traces.</param>
    public WorkClock Work(int shard, string module) => new(this, shard, module);

    /// <summary>A shard has taken a step.</summary>
    public void Learnt(int shard, int count) => samples.Add(count, new KeyValuePair<string, object?>("shard", ShardLabel.Of(shard)));

    /// <summary>Records a phase of a worker; returns the moment the next one begins.</summary>
    internal long EndWork(string phase, int shard, string module, long began, ActivityContext traced) => Record(work, phase, shard, began, module, traced);

    private long Record(Histogram<double> histogram, string phase, int shard, long began, string module, ActivityContext traced)
    {
        long now = time.GetTimestamp();
        TimeSpan elapsed = time.GetElapsedTime(began, now);
        histogram.Record(elapsed.TotalSeconds, new("phase", phase), new("shard", ShardLabel.Of(shard)));
        if (traced != default)
        {
            Traces.Phase(traced, phase, shard, module, time.GetUtcNow(), elapsed);
        }

        return now;
    }
}
