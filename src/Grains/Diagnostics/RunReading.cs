using Actors.Contracts.Events;
using Actors.Contracts.Runs;

namespace Actors.Grains.Diagnostics;

/// <summary>What one run told last. Written from the run's turns, read whenever somebody collects: whole events are swapped, nothing is locked.</summary>
internal sealed class RunReading(string run, GenerationFacts begun, RunReading? before)
{
    private volatile StepEvent? step;
    private volatile EvaluationEvent? validation;
    private volatile EvaluationEvent? test;
    private volatile CheckpointEvent? checkpoint;
    private volatile StatusEvent? status;
    private volatile RoundEvent? round;
    private volatile GenerationFacts facts = begun;
    private long steps = before?.Steps ?? 0; // counters go on where the generation before stopped
    private long samples = before?.Samples ?? 0;
    private long failures = before?.Failures ?? 0;
    private long checkpoints = before?.Checkpoints ?? 0;
    private long missed = before?.Missed ?? 0;
    private long losses = Math.Max(before?.Losses ?? 0, begun.Losses); // of all silos
    private long recoveries = before?.Recoveries ?? 0;
    private DateTimeOffset? lost = before?.lost; // when a silo was lost, until the run trains again

    /// <summary>The label <c>run</c>.</summary>
    public KeyValuePair<string, object?> Label { get; } = new("run", run);

    /// <summary>The newest step told.</summary>
    public StepEvent? Step => step;

    /// <summary>The newest evaluation on validation.</summary>
    public EvaluationEvent? Validation => validation;

    /// <summary>The evaluation on test.</summary>
    public EvaluationEvent? Test => test;

    /// <summary>When the newest checkpoint was written; until this generation writes one, that which it goes on from.</summary>
    public DateTimeOffset? CheckpointTime => checkpoint?.Time ?? facts.CheckpointTime;

    /// <summary>Its size in bytes.</summary>
    public long? CheckpointBytes => checkpoint?.Bytes ?? facts.CheckpointBytes;

    /// <summary>The newest status.</summary>
    public StatusEvent? Status => status;

    /// <summary>The newest round told.</summary>
    public RoundEvent? Round => round;

    /// <summary>What is fixed for the generation.</summary>
    public GenerationFacts Facts
    {
        get => facts;
        set => facts = value;
    }

    /// <summary>Steps taken here.</summary>
    public long Steps => Interlocked.Read(ref steps);

    /// <summary>Samples trained on here.</summary>
    public long Samples => Interlocked.Read(ref samples);

    /// <summary>Generations that failed here.</summary>
    public long Failures => Interlocked.Read(ref failures);

    /// <summary>Checkpoints written here.</summary>
    public long Checkpoints => Interlocked.Read(ref checkpoints);

    /// <summary>Contributions to rounds that came late or were lost.</summary>
    public long Missed => Interlocked.Read(ref missed);

    /// <summary>Times a silo was lost and the run went on, on whatever silo it was conducted.</summary>
    public long Losses => Interlocked.Read(ref losses);

    /// <summary>Times the run trained again after a loss.</summary>
    public long Recoveries => Interlocked.Read(ref recoveries);

    /// <summary>When the run ended; null while it goes on.</summary>
    public DateTimeOffset? Ended => status is { } last && last.Status.IsFinal() ? last.Time : null;

    /// <summary>A silo was lost, and the run will go on.</summary>
    /// <param name="lossesByNow">How many were lost.</param>
    /// <param name="stopped">When; null where the run does not stop for it.</param>
    public void Lose(long lossesByNow, DateTimeOffset? stopped)
    {
        Interlocked.Exchange(ref losses, lossesByNow);
        lost = stopped ?? lost;
    }

    /// <summary>Counts what was trained.</summary>
    public void Train(long stepCount, long sampleCount)
    {
        Interlocked.Add(ref steps, stepCount);
        Interlocked.Add(ref samples, sampleCount);
    }

    /// <summary>Takes an event.</summary>
    /// <returns>How long it took until the run trains again, where it does so after a loss.</returns>
    public TimeSpan? Observe(RunEvent told)
    {
        TimeSpan? recovered = null;
        switch (told)
        {
            case StepEvent taken:
                step = taken;
                break;
            case RoundEvent ended:
                Interlocked.Add(ref missed, ended.ParticipantCount - ended.ContributionCount); // rounds that miss somebody are all told
                round = ended;
                break;
            case EvaluationEvent { Split: SplitName.Test } evaluated:
                test = evaluated;
                break;
            case EvaluationEvent evaluated:
                validation = evaluated;
                break;
            case CheckpointEvent written:
                Interlocked.Increment(ref checkpoints);
                checkpoint = written;
                break;
            case StatusEvent changed:
                Interlocked.Add(ref failures, changed.Status == RunStatus.Failed ? 1 : 0);
                status = changed;
                if (changed.Status == RunStatus.Running && lost is { } since)
                {
                    Interlocked.Increment(ref recoveries);
                    (recovered, lost) = (changed.Time - since, null);
                }

                break;
        }

        return recovered;
    }
}
