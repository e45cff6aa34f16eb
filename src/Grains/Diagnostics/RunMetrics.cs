using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Actors.Contracts.Events;

namespace Actors.Grains.Diagnostics;

/// <summary>The runs of this silo that are measured: while they go on, and for as long after as somebody may still look.</summary>
/// <remarks>
/// Exporters keep room for a fixed number of series of an instrument, and give none of it back when a run is gone: a silo that lives long would have no room
/// for new runs. Room
/// comes back with a new meter, so there is one for every hundred runs.
/// </remarks>
internal sealed class RunMetrics : IDisposable
{
    /// <summary>How long a run that has ended is still told.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromMinutes(15);

    private const int RunsOfAMeter = 100; // of six statuses or ten modalities, in OpenTelemetry's room of 2,000

    private readonly ConcurrentDictionary<string, RunReading> runs = new();
    private readonly Lock gate = new();
    private readonly Histogram<double> saving;
    private readonly Histogram<double> recovering;
    private readonly TimeProvider time;
    private readonly object? scope;
    private Meter current;
    private int begun; // runs since the meter is new

    /// <summary>Makes the instruments.</summary>
    public RunMetrics(Meter meter, TimeProvider time)
    {
        this.time = time;
        scope = meter.Scope;
        current = NewMeter();
        saving = meter.CreateHistogram(
            "actors.checkpoint.duration",
            "s",
            "Time from the order to save until the checkpoint is on disk.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300] });
        recovering = meter.CreateHistogram(
            "actors.run.recovery.duration",
            "s",
            "Time from the loss of a silo until the run trains again.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600] });
    }

    /// <summary>A run lost a silo and will go on, here or after its own silo's loss.</summary>
    /// <param name="run">Its name.</param>
    /// <param name="losses">How many it has lost by now, on whatever silo.</param>
    /// <param name="stops">False where rounds go on without it: there is nothing to recover.</param>
    public void Lost(string run, long losses, bool stops = true) => runs
        .GetOrAdd(run, name => new RunReading(name, new GenerationFacts(0, null, null), null))
        .Lose(losses, stops ? time.GetUtcNow() : null);

    /// <summary>Counts what a run trained; of one that did not begin here it is nobody's.</summary>
    public void Trained(string run, long steps, long samples)
    {
        if (runs.TryGetValue(run, out RunReading? reading))
        {
            reading.Train(steps, samples);
        }
    }

    /// <summary>A generation of a run begins, or more is known of it.</summary>
    public void Begin(string run, GenerationFacts facts)
    {
        using Lock.Scope held = gate.EnterScope();
        runs.TryGetValue(run, out RunReading? before);
        if (before?.Facts.Generation == facts.Generation)
        {
            before.Facts = facts;
        }
        else
        {
            runs[run] = new RunReading(run, facts, before); // a new one, which a collection that finds the old one ended cannot remove
            Renew();
        }
    }

    /// <summary>Takes what a run tells; a run that did not begin here is nobody's.</summary>
    public void Observe(string run, RunEvent told)
    {
        if (!runs.TryGetValue(run, out RunReading? reading))
        {
            return;
        }

        if (reading.Observe(told) is { } recovered)
        {
            recovering.Record(recovered.TotalSeconds);
        }

        if (told is CheckpointEvent checkpoint)
        {
            saving.Record(checkpoint.Seconds);
        }
    }

    /// <summary>The run's grain is gone: so are its series.</summary>
    public void Forget(string run) => runs.TryRemove(run, out _);

    /// <summary>Ends the series.</summary>
    public void Dispose() => current.Dispose();

    private void Renew()
    {
        if (++begun > RunsOfAMeter)
        {
            current.Dispose();
            current = NewMeter();
            begun = 0;
        }
    }

    private Meter NewMeter()
    {
        var meter = new Meter(new MeterOptions(ActorsMeter.Name) { Scope = scope }); // not the factory's, which only its end disposes
        RunInstruments.Create(meter, Living);
        ModalityInstruments.Create(meter, Living);
        return meter;
    }

    private IEnumerable<RunReading> Living()
    {
        DateTimeOffset oldest = time.GetUtcNow() - Kept;
        foreach (KeyValuePair<string, RunReading> run in runs)
        {
            if (run.Value.Ended < oldest)
            {
                runs.TryRemove(run); // this reading and no newer one
                continue;
            }

            yield return run.Value;
        }
    }
}
