using Actors.Client.Display;
using Actors.Contracts.Events;
using Actors.Contracts.Runs;
using Actors.Grains.Runs;

namespace Actors.Client.Running;

/// <summary>A run in a few figures.</summary>
internal sealed record RunSummary
{
    public required string Name { get; init; }

    public required string Folder { get; init; }

    public required RunStatus Status { get; init; }

    /// <summary>The last sentence the run said of itself.</summary>
    public required string? Message { get; init; }

    /// <summary>What it warned of, each once, the first first.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>The method; with the modality where it is <c>unimodal</c>.</summary>
    public required string Method { get; init; }

    public required long Seed { get; init; }

    public required long Step { get; init; }

    public required int Epochs { get; init; }

    /// <summary>Time that the run was under way: what lies between its end, or the death of its process, and its resumption is left out.</summary>
    public required double ElapsedSeconds { get; init; }

    /// <summary>When it first began; null before.</summary>
    public required DateTimeOffset? Started { get; init; }

    public required DateTimeOffset? Changed { get; init; }

    /// <summary>The best on validation; null before the first.</summary>
    public required EvaluationEvent? Validation { get; init; }

    /// <summary>Test, touched once at the end, or when the run was evaluated after it; null before.</summary>
    public required EvaluationEvent? Test { get; init; }

    /// <summary>Folder of the last checkpoint, relative to the run's; null before the first.</summary>
    public required string? Checkpoint { get; init; }

    /// <summary>Sums up what a run told.</summary>
    public static RunSummary Of(string folder, RunConfiguration configuration, IReadOnlyList<RunEvent> events)
    {
        StatusEvent? status = events.OfType<StatusEvent>().LastOrDefault();
        EvaluationEvent[] evaluations = [.. events.OfType<EvaluationEvent>()];
        return new RunSummary
        {
            Name = configuration.Name,
            Folder = folder,
            Status = status?.Status ?? RunStatus.Pending,
            Message = status is null ? null : StatusText.Of(status),
            Warnings = [.. events.OfType<StatusEvent>().Where(told => told.IsWarning).Select(told => told.Message).Distinct()],
            Method = configuration.Method.Modality is { } modality ? $"{configuration.Method.Name} {modality}" : configuration.Method.Name,
            Seed = configuration.Seed,
            Step = events.Count == 0 ? 0 : events[^1].Step,
            Epochs = configuration.Training.Epochs,
            ElapsedSeconds = Elapsed(events).TotalSeconds,
            Started = events.Count == 0 ? null : events[0].Time,
            Changed = events.Count == 0 ? null : events[^1].Time,
            Validation = evaluations.LastOrDefault(evaluation => evaluation is { Split: SplitName.Validation, Best: true }),
            Test = evaluations.LastOrDefault(evaluation => evaluation.Split == SplitName.Test),
            Checkpoint = events.OfType<CheckpointEvent>().LastOrDefault()?.Folder,
        };
    }

    /// <summary>Reads a run's folder.</summary>
    public static RunSummary Read(string folder) => Read(folder, RunFolders.Configuration(folder).Configuration);

    /// <summary>Reads a run's folder, its configuration apart, and sees whether a process still trains it.</summary>
    public static RunSummary Read(string folder, RunConfiguration configuration)
    {
        RunSummary summary = Of(folder, configuration, RunHistory.Read(folder)).Evaluated(RunHistory.Evaluation(folder));
        return summary.Status is RunStatus.Starting or RunStatus.Running && !RunLock.IsHeld(folder)
            ? summary with { Status = RunStatus.Stopped, Message = "The process that trained it is gone; 'actors resume' goes on from the newest checkpoint." }
            : summary;
    }

    /// <summary>The same run with the test that was taken after it; what it warned of its own test no longer holds.</summary>
    /// <param name="evaluation">That test; null: there is none.</param>
    public RunSummary Evaluated(EvaluationEvent? evaluation) => evaluation is null ? this
        : this with { Test = evaluation, Warnings = [.. Warnings.Where(warning => warning != Test?.Warning)] };

    /// <summary>True for a copy of the same run, however far each of the two is.</summary>
    public bool IsSameRun(RunSummary other) => Name == other.Name && Started is not null && Started == other.Started;

    private static TimeSpan Elapsed(IReadOnlyList<RunEvent> events)
    {
        TimeSpan elapsed = TimeSpan.Zero;
        RunStatus status = RunStatus.Pending;
        for (int i = 0; i < events.Count; i++)
        {
            // A run whose generation ends says so at once; one that only starts again was away.
            bool wasAway = status.IsFinal()
                || (status == RunStatus.Running && events[i] is StatusEvent { Status: RunStatus.Starting, GoesOn: false });
            elapsed += i == 0 || wasAway ? TimeSpan.Zero : events[i].Time - events[i - 1].Time;
            status = events[i] is StatusEvent now ? now.Status : status;
        }

        return elapsed;
    }
}
