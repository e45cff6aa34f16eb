using System.Collections.Immutable;
using System.Diagnostics;
using Actors.Contracts.Events;
using Actors.Contracts.Runs;
using Actors.Grains.Devices;
using Actors.Grains.Diagnostics;
using Actors.Grains.Federation;
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
    private readonly RunWorkers workers = new(grains, run, generation, order.Configuration);
    private readonly TrainingOptions options = LearningOptions.Training(order.Configuration);
    private RunSchedule? schedule;
    private Activity? traced; // this generation; null where nobody listens
    private RunState state = new(0, null, 0, "", []);
    private RunLock? folderLock;
    private RunCheckpoints? checkpoints;

    /// <summary>The run's events.</summary>
    public RunJournal Journal { get; } = new(Path.Combine(order.Folder, RunJournal.FileName), lanes.Files, time, told => meter.Runs.Observe(run, told));

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
        using Activity? whole = traced = Traces.Generation(run, generation);
        try
        {
            final = await TrainAsync();
            message = final == RunStatus.Stopped ? $"Stopped after step {state.Step}; 'actors resume' goes on from the newest checkpoint." : "Completed.";
        }
        catch (Exception failure)
        {
            GoesOn = mayGoOn && Stop == StopRequest.None && WorkerFailure.IsLoss(failure);
            if (GoesOn)
            {
                meter.Runs.Lost(run);
            }

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
            await workers.PrepareAsync(await PlanAsync());
            schedule = new RunSchedule(order.Configuration, workers.Ready.StepsPerEpoch);
            return await TestAsync(0);
        }
        finally
        {
            await workers.ReleaseAsync();
        }
    }

    private RunCheckpoints Checkpoints => checkpoints ??= new RunCheckpoints(workers, order, lanes, Journal, time);

    private async Task<RunStatus> TrainAsync()
    {
        meter.Runs.Begin(run, Plan());
        await lanes.Files.Run(() => Directory.CreateDirectory(order.Folder));
        folderLock = await RunLock.TakeAsync(order.Folder, time);
        var warnings = new List<string>();
        Checkpoint? from = order.Resume ? await Checkpoints.LatestAsync(warnings) : null;
        await Journal.OpenAsync(order.Resume ? from?.Step ?? 0 : null);
        await TellAsync(RunStatus.Starting, order.Resume ? from is null ? "Resuming from the start: no checkpoint is whole." : $"Resuming from step {from.Step}." : "Starting.");
        foreach (string warning in warnings)
        {
            await TellAsync(Status, $"Warning: {warning} The one before is used.");
        }

        await workers.PrepareAsync(await PlanAsync());
        schedule = new RunSchedule(order.Configuration, workers.Ready.StepsPerEpoch);
        meter.Runs.Begin(run, Plan());
        state = from is null ? state with { DataDigest = workers.Ready.DataDigest } : await Checkpoints.RestoreAsync(from);
        await workers.BeginRoundsAsync(state, from?.Folder, time);
        foreach (string line in workers.Placement)
        {
            await TellAsync(RunStatus.Starting, line);
        }

        await TellAsync(RunStatus.Running, $"Training from step {state.Step} to {schedule.TotalSteps}.");
        return await StepsAsync() ? await FinishAsync() : RunStatus.Stopped;
    }

    private Task<RunPlacement> PlanAsync() =>
        RunPlanning.PlanAsync(grains, time, order, message => TellAsync(RunStatus.Starting, message), () => Stop != StopRequest.None);

    private RunPlan Plan() => new(
        generation,
        (long)options.BatchSize * options.ShardCount,
        schedule?.TotalSteps,
        BalancingMethods.Create(options.Method, options.Modalities.Count).UsesCoefficients ? options.Method.BetaMax : null);

    /// <summary>Takes the steps that are left. False where it was stopped.</summary>
    private async Task<bool> StepsAsync()
    {
        while (state.Step < schedule!.TotalSteps)
        {
            long started = time.GetTimestamp();
            long begin = state.Step;
            long end = schedule.PieceEnd(begin);
            RoundResult? round = null;
            ShardReport[] reports = await TracedAsync(begin, end, async () =>
            {
                round = workers.Rounds is { } rounds ? await rounds.TrainAsync(begin, end) : null;
                return round?.Reports ?? await workers.TrainAsync(begin, end);
            });
            double seconds = time.GetElapsedTime(started).TotalSeconds;
            double perSecond = (round?.SampleCount ?? (end - begin) * (double)options.BatchSize * options.ShardCount) / seconds;
            state = state with { Step = end, Coefficients = round?.Coefficients ?? reports[0].Coefficients };
            if (round is not null && (round.IsIncomplete || schedule.Tells(begin, end)))
            {
                await Journal.AppendAsync((sequence, now) => round.ToEvent(sequence, now, end, seconds));
            }

            if (schedule.Tells(begin, end))
            {
                await Journal.AppendAsync((sequence, now) => RunStepReport.Describe(
                    reports, workers.Modalities, options.Method, schedule.Epoch(end - 1), perSecond, sequence, now, end));
            }

            RunState before = state;
            bool best = schedule.Evaluates(end) && await ValidateAsync();
            bool stopping = Stop == StopRequest.Now || (Stop == StopRequest.AtStep && schedule.IsSynchronized(end));
            if (best || schedule.Saves(end) || (stopping && Stop == StopRequest.AtStep))
            {
                using (Traces.Part(traced, "checkpoint", state.Step))
                {
                    await Checkpoints.SaveAsync(state, best);
                }

                if (Checkpoints.Fault is not null)
                {
                    await TellAsync(Status, $"Warning: {Checkpoints.Fault} Training goes on.");
                    state = before; // a best that is not on disk must not keep the next best from it
                }
            }

            if (stopping && end < schedule.TotalSteps)
            {
                return Stop == StopRequest.Now || Checkpoints.Fault is null ? false : throw new CheckpointException(Checkpoints.Fault);
            }
        }

        return true;
    }

    private async Task<T> TracedAsync<T>(long from, long to, Func<Task<T>> train)
    {
        Activity? piece = Traces.Piece(traced, run, generation, from, to);
        try
        {
            return await train();
        }
        finally
        {
            Traces.EndPiece(piece);
        }
    }

    private async Task<bool> ValidateAsync()
    {
        using Activity? part = Traces.Part(traced, "validate", state.Step);
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

    /// <summary>Touches the test split, once, with the best weights by validation.</summary>
    private async Task<RunStatus> FinishAsync()
    {
        if (Checkpoints.Fault is not null)
        {
            throw new CheckpointException(Checkpoints.Fault);
        }

        EvaluationEvent test = await TestAsync(0);
        await Journal.AppendAsync((sequence, now) => test with { Sequence = sequence, Time = now });
        return RunStatus.Completed;
    }

    private async Task<EvaluationEvent> TestAsync(long sequence)
    {
        RunState best = await Checkpoints.RestoreBestAsync();
        SplitPredictions predictions = await workers.EvaluateAsync(Split.Test);
        await lanes.Files.Run(() => PredictionFile.Write(Path.Combine(order.Folder, PredictionFile.TestName), predictions));
        return RunEvaluation.Describe(
            predictions, "test", workers.Ready.ClassCount, schedule!.Epoch(best.Step), best: false, sequence, time.GetUtcNow(), Math.Max(state.Step, best.Step));
    }

    private Task TellAsync(RunStatus status, string message)
    {
        Status = status is RunStatus.Starting or RunStatus.Running ? status : Status; // a final status is set when all is released
        return Journal.AppendAsync((sequence, now) => new StatusEvent { Sequence = sequence, Time = now, Step = state.Step, Status = status, Message = message });
    }
}
