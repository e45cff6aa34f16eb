using System.Diagnostics;
using Actors.Contracts.Events;
using Actors.Contracts.Runs;
using Actors.Grains.Devices;
using Actors.Grains.Diagnostics;
using Actors.Grains.Faults;
using Actors.Grains.Federation;
using Actors.Grains.Workers;
using Actors.Learning.Checkpoints;
using Actors.Learning.Training;

namespace Actors.Grains.Runs;

/// <summary>Takes one generation of a run from start to end: trains in pieces, tells, evaluates, saves, stops. Used from one grain's turns.</summary>
internal sealed class RunConductor(
    IGrainFactory grains, WorkerCalls calls, Lanes lanes, ActorsMeter meter, FaultPoints faults, TimeProvider time,
    RunPlaces places, string run, int generation, RunOrder order, string? lossBefore)
{
    private readonly RunWorkers workers = new(grains, calls, run, generation, order.Configuration);
    private readonly TrainingOptions options = LearningOptions.Training(order.Configuration);
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private RunSchedule? schedule;
    private Activity? traced; // this generation; null where nobody listens
    private RunState state = new(0, null, 0, "", []);
    private RunLock? folderLock;
    private RunCheckpoints? checkpoints;
    private RunStop? stop;

    /// <summary>The run's events.</summary>
    public RunJournal Journal { get; } = new(order.Folder, generation, lanes.Files, time, told => meter.Runs.Observe(run, told));

    /// <summary>What somebody wants.</summary>
    public StopRequest Stop
    {
        get => Stopping.Request;
        set => Stopping.Request = value;
    }

    /// <summary>Where the run stands.</summary>
    public RunStatus Status { get; private set; } = RunStatus.Pending;

    /// <summary>How the run stands.</summary>
    public RunSnapshot Snapshot => new()
    {
        Status = Status,
        Step = state.Step,
        TotalSteps = schedule?.TotalSteps ?? 0,
        FirstCause = Ending?.FirstCause,
        Placement = workers.Placement,
        Parameters = workers.Parameters,
        Samples = workers.Samples,
        DataDigest = schedule is null ? null : workers.Ready.DataDigest,
    };

    /// <summary>How it ended; null before.</summary>
    public GenerationEnd? Ending { get; private set; }

    /// <summary>True when no more will come of this generation, save what the next one waits for.</summary>
    public bool HasEnded => ended.Task.IsCompleted;

    /// <summary>Completes when no more will come of this generation.</summary>
    public Task Ended => ended.Task;

    /// <summary>Lets a silo go that leaves, where rounds go on without it: completes when it may. Null: the run has to move.</summary>
    public Task? LetGo(string silo) => workers.Rounds?.LetGo(silo) is { } gone ? Task.WhenAny(gone, Ended) : null;

    /// <summary>True where this is that generation, and the shard was made again since a life of its workers.</summary>
    public bool HasMoved(int itsGeneration, int shard, int life) => itsGeneration == generation && life < workers.Plan.Life(shard);

    /// <summary>Runs to one of the final statuses, to the loss of a silo, or to a move; never throws.</summary>
    public Task RunAsync() => EndAsync(TrainAsync, mayGoOn: true);

    /// <summary>Ends a run of which no generation is under way, and tells why; never throws.</summary>
    /// <param name="final">How it ends.</param>
    /// <param name="message">Why.</param>
    public Task CloseAsync(RunStatus final, string message) => EndAsync(
        async () =>
        {
            await TakeFolderAsync();
            await Journal.OpenAsync(long.MaxValue, IsOwn);
            state = state with { Step = await lanes.Files.Run(() => RunCheckpoints.NewestStep(order.Folder)) };
            return final == RunStatus.Failed ? GenerationEnd.Failed(message) : new GenerationEnd(final, message);
        },
        mayGoOn: false);

    private async Task EndAsync(Func<Task<GenerationEnd>> work, bool mayGoOn)
    {
        using Activity? whole = traced = Traces.Generation(run, generation);
        try
        {
            Ending = await work();
        }
        catch (RunFencedException)
        {
            Ending = GenerationEnd.Fenced;
        }
        catch (RunStoppedException)
        {
            Ending = GenerationEnd.Stopped(StopRequest.Now, state.Step);
        }
        catch (Exception failure)
        {
            Ending = GenerationEnd.Failed(failure, Stop, mayGoOn);
        }

        try
        {
            await workers.ReleaseAsync();
        }
        catch (Exception failure)
        {
            Ending = Ending with { Message = $"{Ending.Message} Workers could not be released: {failure.Message}" };
        }

        try
        {
            if (!Ending.IsFenced)
            {
                await TellAsync(Ending.GoesOn ? RunStatus.Starting : Ending.Final, Ending.Told, Ending.IsWarning, Ending.GoesOn);
            }
        }
        catch (RunFencedException)
        {
            Ending = Ending with { IsFenced = true };
        }
        finally
        {
            folderLock?.Dispose();
            Status = Ending.GoesOn ? Status : Ending.Final; // those who watch must learn of it, whatever became of the silo's files
            ended.SetResult();
            Journal.Wake();
        }
    }

    /// <summary>Evaluates the best checkpoint on test, apart from any training.</summary>
    public Task<EvaluationEvent> EvaluateAsync() => Test.TakeApartAsync(grains);

    private RunStop Stopping => stop ??= new RunStop(workers, time);

    private RunCheckpoints Checkpoints => checkpoints ??= new(workers, order, lanes, Journal, WarnAsync, faults, time, IsOwn);

    private RunTest Test => new(workers, Checkpoints, order, lanes, time);

    private bool IsOwn() => folderLock is { IsOwn: true };

    private async Task TakeFolderAsync()
    {
        folderLock = await RunFolder.TakeAsync(order, generation, places.OurSilo, lanes.Files, time);
        workers.Folder = folderLock.Owner;
    }

    private async Task<GenerationEnd> TrainAsync()
    {
        meter.Runs.Begin(run, GenerationFacts.Of(options, generation, places.Losses));
        await TakeFolderAsync();
        (Checkpoint? from, IReadOnlyList<string> warnings) = order.Resume ? await Checkpoints.LatestAsync() : (null, []);
        meter.Runs.Begin(run, GenerationFacts.Of(options, generation, places.Losses, from));
        state = state with { Step = from?.Step ?? 0 }; // what is told from here on is of that step: no counter goes back behind it
        await Journal.OpenAsync(order.Resume ? state.Step : null, IsOwn);
        await TellAsync(RunStatus.Starting, RunCheckpoints.Beginning(order, from, lossBefore));
        foreach (string warning in warnings)
        {
            await WarnAsync($"{warning} The checkpoint of step {state.Step} is used.");
        }

        RunOrder placed = from is null ? order : order.WithoutWeights();
        RunPlan? plan = await RunPlanning.WaitForPlanAsync(
            grains, time, placed, workers.Folder, places, message => TellAsync(RunStatus.Starting, message), WarnAsync, Stopping);
        if (plan is null)
        {
            return GenerationEnd.Stopped(Stop, state.Step); // nothing was prepared, and the newest checkpoint is as it was
        }

        await RunVersions.AppendAsync(grains, lanes.Files, plan, order.Folder, generation, time.GetUtcNow(), IsOwn);
        schedule = await Stopping.UnlessNowAsync(async () =>
        {
            await workers.PrepareAsync(plan, Stopping.ThrowIfNow, goesOn: from is not null);
            return new RunSchedule(order.Configuration, workers.Ready.StepsPerEpoch);
        });
        meter.Runs.Begin(run, GenerationFacts.Of(options, generation, places.Losses, from, schedule.TotalSteps));
        state = from is null ? state with { DataDigest = workers.Ready.DataDigest } : await Checkpoints.RestoreAsync(from);
        await workers.BeginRoundsAsync(state, from?.Folder, places, time, WarnAsync);
        foreach (string line in workers.Placement)
        {
            await TellAsync(RunStatus.Starting, line);
        }

        await TellAsync(RunStatus.Running, $"Training from step {state.Step} to {schedule.TotalSteps}.");
        StopRequest stopped = await StepsAsync();
        if (stopped != StopRequest.None)
        {
            return GenerationEnd.Stopped(stopped, state.Step);
        }

        await FinishAsync();
        return new GenerationEnd(RunStatus.Completed, "Completed.");
    }

    /// <summary>Takes the steps that are left. Returns what ended it before they were taken.</summary>
    private async Task<StopRequest> StepsAsync()
    {
        var pace = new RunPace((steps, samples) => meter.Runs.Trained(run, steps, samples));
        while (state.Step < schedule!.TotalSteps)
        {
            (long started, long begin) = (time.GetTimestamp(), state.Step);
            long end = schedule.PieceEnd(begin, pace.MostSteps);
            RoundResult? round = null;
            ShardReport[] reports = await Traces.PieceAsync(traced, run, generation, begin, end, async () =>
            {
                round = workers.Rounds is { } rounds ? await Stopping.UnlessNowAsync(() => rounds.TrainAsync(begin, end)) : null;
                return round?.Reports ?? await workers.TrainAsync(begin, end);
            });
            TimeSpan took = pace.Took(time.GetElapsedTime(started), end - begin, round?.SampleCount ?? (end - begin) * options.BatchSize * options.ShardCount);
            state = state with { Step = end, Coefficients = round?.Coefficients ?? [.. reports[0].Coefficients] };
            if (round is not null && (round.IsNews || schedule.Tells(begin, end)))
            {
                await Journal.AppendAsync(round.ToEvent(end, took.TotalSeconds));
            }

            if (schedule.Tells(begin, end))
            {
                int epoch = schedule.Epoch(end - 1);
                await Journal.AppendAsync(RunStepReport.Describe(reports, workers.Modalities, options.Method, epoch, end, pace.Tell()));
            }

            if (Stop == StopRequest.Now && end < schedule.TotalSteps)
            {
                return Stop; // a checkpoint of an epoch's end would be resumed behind its validation
            }

            RunState before = state;
            bool best = schedule.Evaluates(end) && await ValidateAsync();
            StopRequest stopped = Stop; // one that comes while this is saved is seen after the next piece
            if (best || schedule.Saves(begin, end) || stopped is StopRequest.AtStep or StopRequest.Move)
            {
                using (Traces.Part(traced, "checkpoint", state.Step))
                {
                    await Checkpoints.SaveAsync(state, best);
                }

                if (Checkpoints.Fault is not null)
                {
                    await WarnAsync($"{Checkpoints.Fault} Training goes on.");
                    state = before; // a best that is not on disk must not keep the next best from it
                }
            }

            if (stopped != StopRequest.None && end < schedule.TotalSteps)
            {
                if (stopped == StopRequest.AtStep && Checkpoints.Fault is { } fault)
                {
                    throw new CheckpointException(fault);
                }

                return stopped;
            }
        }

        return StopRequest.None;
    }

    /// <summary>True where the run is at its best by validation.</summary>
    private async Task<bool> ValidateAsync()
    {
        using Activity? part = Traces.Part(traced, "validate", state.Step);
        state = await new RunValidation(workers, Journal, WarnAsync, Stopping).TakeAsync(state, schedule!);
        return state.BestStep == state.Step;
    }

    /// <summary>Touches the test split, once, with the best weights by validation.</summary>
    private async Task FinishAsync()
    {
        if (Checkpoints.Fault is not null)
        {
            throw new CheckpointException(Checkpoints.Fault);
        }

        EvaluationEvent test = await Test.TakeAsync(
            schedule!, state.Step, IsOwn, message => TellAsync(Status, message), () => Stop != StopRequest.None);
        await (test.Warning is { } warning ? WarnAsync(warning) : Task.CompletedTask);
        await Journal.AppendAsync(test);
    }

    private Task WarnAsync(string message) => TellAsync(Status, message, isWarning: true);

    /// <summary>Tells of a status, or of what a run whose generation has ended waits for.</summary>
    /// <exception cref="RunFencedException">A newer generation of the run has its folder.</exception>
    public async Task TellAsync(RunStatus status, string message, bool isWarning = false, bool goesOn = false)
    {
        Status = status is RunStatus.Starting or RunStatus.Running ? status : Status; // a final status is set when all is released
        await Journal.AppendAsync(new StatusEvent
        {
            Step = state.Step, Status = status, Message = message,
            TotalSteps = schedule?.TotalSteps, IsWarning = isWarning, GoesOn = goesOn,
        });
    }
}
