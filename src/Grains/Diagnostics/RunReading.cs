using Actors.Contracts.Events;
using Actors.Contracts.Runs;

namespace Actors.Grains.Diagnostics;

/// <summary>What one run told last. Written from the run's turns, read whenever somebody collects: whole events are swapped, nothing is locked.</summary>
internal sealed class RunReading(string run, RunPlan begun, RunReading? before)
{
    private volatile StepEvent? step;
    private volatile EvaluationEvent? validation;
    private volatile EvaluationEvent? test;
    private volatile CheckpointEvent? checkpoint;
    private volatile StatusEvent? status;
    private volatile RunPlan plan = begun;
    private long steps = before?.Steps ?? 0; // counters go on where the generation before stopped
    private long samples = before?.Samples ?? 0;
    private long failures = before?.Failures ?? 0;
    private long checkpoints = before?.Checkpoints ?? 0;
    private long at; // step the counters have counted to

    /// <summary>The label <c>run</c>.</summary>
    public KeyValuePair<string, object?> Label { get; } = new("run", run);

    /// <summary>The newest step told.</summary>
    public StepEvent? Step => step;

    /// <summary>The newest evaluation on validation.</summary>
    public EvaluationEvent? Validation => validation;

    /// <summary>The evaluation on test.</summary>
    public EvaluationEvent? Test => test;

    /// <summary>The newest checkpoint written.</summary>
    public CheckpointEvent? Checkpoint => checkpoint;

    /// <summary>The newest status.</summary>
    public StatusEvent? Status => status;

    /// <summary>What is fixed for the generation.</summary>
    public RunPlan Plan
    {
        get => plan;
        set => plan = value;
    }

    /// <summary>Steps taken here.</summary>
    public long Steps => Interlocked.Read(ref steps);

    /// <summary>Samples trained on here.</summary>
    public long Samples => Interlocked.Read(ref samples);

    /// <summary>Generations that failed here.</summary>
    public long Failures => Interlocked.Read(ref failures);

    /// <summary>Checkpoints written here.</summary>
    public long Checkpoints => Interlocked.Read(ref checkpoints);

    /// <summary>When the run ended; null while it goes on.</summary>
    public DateTimeOffset? Ended => status is { Status: RunStatus.Completed or RunStatus.Failed or RunStatus.Stopped } last ? last.Time : null;

    /// <summary>Takes an event.</summary>
    public void Observe(RunEvent told)
    {
        switch (told)
        {
            case StepEvent taken:
                long count = taken.Step - at;
                Interlocked.Add(ref steps, count);
                Interlocked.Add(ref samples, count * plan.SamplesPerStep);
                at = taken.Step;
                step = taken;
                break;
            case EvaluationEvent { Split: "test" } evaluated:
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
                at = changed.Step; // a resumed run takes up at its checkpoint's step
                Interlocked.Add(ref failures, changed.Status == RunStatus.Failed ? 1 : 0);
                status = changed;
                break;
        }
    }
}
