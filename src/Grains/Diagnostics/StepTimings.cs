using System.Diagnostics.Metrics;

namespace Actors.Grains.Diagnostics;

/// <summary>How long the phases of a step take. By shard and not by run: a histogram's series stay as long as the silo lives.</summary>
internal sealed class StepTimings(Meter meter, TimeProvider time)
{
    private readonly Histogram<double> duration = meter.CreateHistogram(
        "actors.step.phase.duration",
        "s",
        "Time a phase of a step takes.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] });

    /// <summary>The moment a phase begins.</summary>
    public long Begin() => time.GetTimestamp();

    /// <summary>Records a phase; returns the moment the next one begins.</summary>
    public long End(string phase, int shard, long began)
    {
        long now = time.GetTimestamp();
        duration.Record(time.GetElapsedTime(began, now).TotalSeconds, new("phase", phase), new("shard", ShardLabel.Of(shard)));
        return now;
    }
}
