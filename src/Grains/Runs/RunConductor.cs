using System.Collections.Immutable;
using Actors.Contracts.Events;
using Actors.Contracts.Runs;
using Actors.Grains.Devices;
using Actors.Grains.Diagnostics;
using Actors.Grains.Workers;
using Actors.Learning.Balancing;
using Actors.Learning.Checkpoints;
using Actors.Learning.Data;
using Actors.Learning.Evaluation;
using Actors.Learning.Training;

namespace Actors.Grains.Runs;

/// <summary>Takes one generation of a run from start to end: trains in pieces, tells, evaluates, saves, stops. Used from one grain's turns.</summary>
internal sealed class RunConductor(
    IGrainFactory grains, Lanes lanes, ActorsMeter meter, TimeProvider time, string run, int generation, RunOrder order)
{
    /// <summary>Name of the file with the test split's predictions.</summary>
    public const string PredictionsFile = "predictions-test.csv";

    private readonly RunWorkers workers = new(grains, run, generation, order.Configuration);
    private readonly TrainingOptions options = LearningOptions.Training(order.Configuration);
    private readonly CheckpointStore store = new(Path.Combine(order.Folder, "checkpoints"));
    private RunSchedule? schedule;
    private RunState state = new(0, null, 0, "", []);
    private RunLock? folderLock;
    private string? saveFault; // why the newest checkpoint could not be written

    /// <summary>The run's events.</summary>
    public RunJournal Journal { get; } = new(Path.Combine(order.Folder, "metrics.jsonl"), lanes.Files, time, told => meter.Runs.Observe(run, told));

    /// <summary>What somebody wants.</summary>
    public StopRequest Stop { get; set; }

    /// <summary>Where the run stands.</summary>
    public RunStatus Status { get; private set; } = RunStatus.Pending;

    /// <summary>Why it failed.</summary>
    public string? FirstCause { get; private set; }

    /// <summary>How the run stands.</summary>
    public RunSnapshot Snapshot => new()
    {
        Status = Status,
        Step = state.Step,
        TotalSteps = schedule?.TotalSteps ?? 0,
        FirstCause = FirstCause,
        Placement = workers.Placement,
        Parameters = workers.Parameters,
        Samples = schedule is null
            ? ImmutableDictionary<string, int>.Empty
            : workers.Ready.SampleCounts.Select((n, i) => KeyValuePair.Create(((Split)i).ToString().ToLowerInvariant(), n)).ToImmutableDictionary(),
        DataDigest = schedule is null ? null : workers.Ready.DataDigest,
    };

    /// <summary>True where a silo was lost and the run is to go on in another generation.</summary>
    public bool GoesOn { get; private set; }

    /// <summary>True when no more will come of this generation.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Runs to one of the final statuses, or to the loss of a silo; never throws.</summary>
    /// <param name="mayGoOn">True where a loss is not the end of the run.</param>
    public async Task RunAsync(bool mayGoOn)
    {
        RunStatus final = RunStatus.Failed;
        string message = "";
        try
        {
            final = await TrainAsync();
            message = final == RunStatus.Stopped ? $"Stopped after step {state.Step}; 'actors resume' goes on from the newest checkpoint." : "Completed.";
        }
        catch (Exception failure)
        {
            GoesOn = mayGoOn && Stop == StopRequest.None && WorkerFailure.IsLoss(failure);
            (message, FirstCause) = (failure.Message, GoesOn ? null : failure.Message);
        }

        try
        {
            await workers.ReleaseAsync();
        }
        catch (Exception failure)
        {
            message += $" Workers could not be released: {failure.Message}";
        }

        try
        {
            await (GoesOn ? TellAsync(RunStatus.Starting, $"Warning: {message} The run goes on from its newest checkpoint.") : TellAsync(final, message));
        }
        finally
        {
            folderLock?.Dispose();
            Status = GoesOn ? Status : final; // those who watch must learn of it, whatever became of the silo's files
            HasEnded = true;
            Journal.Wake();
        }
    }

    /// <summary>Evaluates the best checkpoint on test, apart from any training.</summary>
    public async Task<EvaluationEvent> EvaluateAsync()
    {
        using RunLock held = await RunLock.TakeAsync(order.Folder, time);
        try
        {
            await workers.PrepareAsync();
            schedule = new RunSchedule(order.Configuration, workers.Ready.StepsPerEpoch);
            return await TestAsync(0);
        }
        finally
        {
            await workers.ReleaseAsync();
        }
    }

    private async Task<RunStatus> TrainAsync()
    {
        meter.Runs.Begin(run, Plan());
        await lanes.Files.Run(() => Directory.CreateDirectory(order.Folder));
        folderLock = await RunLock.TakeAsync(order.Folder, time);
        var warnings = new List<string>();
        Checkpoint? from = order.Resume ? await lanes.Files.Run(() => store.OpenLatest(warnings)) : null;
        await Journal.OpenAsync(order.Resume ? from?.Step ?? 0 : null);
        await TellAsync(RunStatus.Starting, order.Resume ? from is null ? "Resuming from the start: no checkpoint is whole." : $"Resuming from step {from.Step}." : "Starting.");
        foreach (string warning in warnings)
        {
            await TellAsync(Status, $"Warning: {warning} The one before is used.");
        }

        await workers.PrepareAsync();
        schedule = new RunSchedule(order.Configuration, workers.Ready.StepsPerEpoch);
        meter.Runs.Begin(run, Plan());
        await RestoreAsync(from);
        foreach (string line in workers.Placement)
        {
            await TellAsync(RunStatus.Starting, line);
        }

        await TellAsync(RunStatus.Running, $"Training from step {state.Step} to {schedule.TotalSteps}.");
        return await StepsAsync() ? await FinishAsync() : RunStatus.Stopped;
    }

    private RunPlan Plan() => new(
        generation,
        (long)options.BatchSize * options.ShardCount,
        schedule?.TotalSteps,
        BalancingMethods.Create(options.Method, options.Modalities.Count).UsesCoefficients ? options.Method.BetaMax : null);

    private async Task RestoreAsync(Checkpoint? from)
    {
        state = state with { DataDigest = workers.Ready.DataDigest };
        if (from is null)
        {
            return;
        }

        RunState saved = RunState.Read(from);
        if (saved.DataDigest != workers.Ready.DataDigest)
        {
            throw new InvalidDataException($"The data has changed since {from.Folder} was written. Resume with the same files and data settings, or start a new run.");
        }

        IReadOnlyList<string> differences = SavedConfiguration.Differences(from.ReadText(SavedConfiguration.FileName), order.Configuration);
        if (differences.Count > 0)
        {
            throw new InvalidDataException(
                $"The settings have changed since {from.Folder} was written: {string.Join("; ", differences)}. Resume with the settings it was written with, or start a new run.");
        }

        await workers.RestoreAsync(from.Folder, withOptimizer: true);
        state = saved;
    }

    /// <summary>Takes the steps that are left. False where it was stopped.</summary>
    private async Task<bool> StepsAsync()
    {
        while (state.Step < schedule!.TotalSteps)
        {
            long started = time.GetTimestamp();
            long begin = state.Step;
            long end = schedule.PieceEnd(begin);
            ShardReport[] reports = await workers.TrainAsync(begin, end, schedule.EndsEpoch(end));
            double perSecond = (end - begin) * (double)options.BatchSize * options.ShardCount / time.GetElapsedTime(started).TotalSeconds;
            state = state with { Step = end, Coefficients = reports[0].Coefficients };
            await Journal.AppendAsync((sequence, now) => RunStepReport.Describe(
                reports, workers.Modalities, options.Method, schedule.Epoch(end - 1), perSecond, sequence, now, end));
            RunState before = state;
            bool best = schedule.Evaluates(end) && await ValidateAsync();
            bool stopping = Stop == StopRequest.Now || (Stop == StopRequest.AtStep && schedule.IsSynchronized(end));
            if (best || schedule.Saves(end) || (stopping && Stop == StopRequest.AtStep))
            {
                await SaveAsync(best);
                if (saveFault is not null)
                {
                    state = before; // a best that is not on disk must not keep the next best from it
                }
            }

            if (stopping && end < schedule.TotalSteps)
            {
                return Stop == StopRequest.Now || saveFault is null ? false : throw new CheckpointException(saveFault);
            }
        }

        return true;
    }

    private async Task<bool> ValidateAsync()
    {
        SplitPredictions predictions = await workers.EvaluateAsync(Split.Validation);
        double accuracy = ClassificationMetrics.Accuracy(predictions.Labels, predictions.Fused.Predicted);
        bool best = state.BestStep is null || accuracy > state.BestAccuracy;
        if (best)
        {
            state = state with { BestStep = state.Step, BestAccuracy = accuracy };
        }

        await Journal.AppendAsync((sequence, now) => RunEvaluation.Describe(
            predictions, "validation", workers.Ready.ClassCount, schedule!.Epoch(state.Step), best, sequence, now, state.Step));
        return best;
    }

    /// <summary>Writes a checkpoint. One that cannot be written is a warning: training goes on, and earlier ones stay.</summary>
    private async Task SaveAsync(bool best)
    {
        long started = time.GetTimestamp();
        CheckpointDraft? draft = null;
        try
        {
            draft = await lanes.Files.Run(() => store.Begin(state.Step));
            await workers.SaveAsync(draft.Folder);
            Checkpoint written = await lanes.Files.Run(() =>
            {
                draft.WriteText(RunState.FileName, state.ToJson());
                draft.WriteText(SavedConfiguration.FileName, SavedConfiguration.ToJson(order.Configuration));
                Checkpoint checkpoint = store.Commit(draft, state.Step);
                if (best)
                {
                    store.SetBest(state.Step);
                }

                store.Prune(order.Configuration.Checkpoint.Keep);
                return checkpoint;
            });
            saveFault = null;
            await Journal.AppendAsync((sequence, now) => new CheckpointEvent
            {
                Sequence = sequence,
                Time = now,
                Step = state.Step,
                Folder = Path.GetRelativePath(order.Folder, written.Folder),
                Bytes = written.Bytes,
                Seconds = time.GetElapsedTime(started).TotalSeconds,
            });
        }
        catch (Exception failure) when (failure is CheckpointException or WorkerException)
        {
            saveFault = failure.Message;
            await (draft is null ? Task.CompletedTask : lanes.Files.Run(() => CheckpointStore.Abandon(draft)));

            await TellAsync(Status, $"Warning: {failure.Message} Training goes on.");
        }
    }

    /// <summary>Touches the test split, once, with the best weights by validation.</summary>
    private async Task<RunStatus> FinishAsync()
    {
        if (saveFault is not null)
        {
            throw new CheckpointException(saveFault);
        }

        EvaluationEvent test = await TestAsync(0);
        await Journal.AppendAsync((sequence, now) => test with { Sequence = sequence, Time = now });
        return RunStatus.Completed;
    }

    private async Task<EvaluationEvent> TestAsync(long sequence)
    {
        (Checkpoint best, RunState saved) = await lanes.Files.Run(() =>
        {
            Checkpoint checkpoint = store.Best is { } step ? store.Open(step)
                : store.OpenLatest([]) ?? throw new CheckpointException($"{order.Folder}: the run has no whole checkpoint to evaluate. Train or resume it first.");
            return (checkpoint, RunState.Read(checkpoint));
        });
        await workers.RestoreAsync(best.Folder, withOptimizer: false);
        SplitPredictions predictions = await workers.EvaluateAsync(Split.Test);
        await lanes.Files.Run(() => PredictionFile.Write(Path.Combine(order.Folder, PredictionsFile), predictions));
        return RunEvaluation.Describe(
            predictions, "test", workers.Ready.ClassCount, schedule!.Epoch(saved.Step), best: false, sequence, time.GetUtcNow(), Math.Max(state.Step, saved.Step));
    }

    private Task TellAsync(RunStatus status, string message)
    {
        Status = status is RunStatus.Starting or RunStatus.Running ? status : Status; // a final status is set when all is released
        return Journal.AppendAsync((sequence, now) => new StatusEvent { Sequence = sequence, Time = now, Step = state.Step, Status = status, Message = message });
    }
}
