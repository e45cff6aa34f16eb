using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Actors.Contracts.Events;
using Actors.Contracts.Runs;
using Actors.Grains.Devices;
using Actors.Grains.Diagnostics;
using Actors.Grains.Faults;
using Actors.Grains.Workers;
using Orleans.Storage;

namespace Actors.Grains.Runs;

/// <inheritdoc cref="IRunGrain"/>
[GrainType("run")]
internal sealed class RunGrain(
    [PersistentState("run")] IPersistentState<RunRecord> storage, SiloDepartures departures, WorkerCalls calls, SiloEnd end,
    Lanes lanes, ActorsMeter meter, FaultPoints faults, TimeProvider time)
    : Grain, IRunGrain
{
    private const int MostLosses = 5; // in a row, without a new checkpoint between them

    private readonly RunOccupation occupation = new();
    private KeptRun kept = null!; // until it is activated, as the next
    private RunPlaces places = null!;
    private RunConductor? conductor;
    private TaskCompletionSource another = NewSource(); // generation, or a word of why there is none yet
    private Task running = Task.CompletedTask;

    private RunRecord Record => kept.Record;

    // That it is started is still being written down: what conducted it before has ended.
    private bool IsBeginning => !occupation.IsFree && Record.IsUnfinished && conductor is null or { Ending.GoesOn: false };

    /// <summary>A run that was under way when its silo was lost is taken up where it comes to life again.</summary>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        kept = new KeptRun(storage, GrainContext.ActivationId.ToString(), time, end.Token);
        places = new RunPlaces(
            kept, departures, time, Move, losses => meter.Runs.Lost(this.GetPrimaryKeyString(), losses, stops: false));
        return Record.IsUnfinished ? TakeUpAsync() : Task.CompletedTask;
    }

    public async Task StartAsync(RunOrder order)
    {
        using IDisposable alone = occupation.Take(this.GetPrimaryKeyString(), "started");
        await AtRestAsync();
        await kept.ReplaceAsync(Record.Begun(order));
        conductor = Conduct(order);
        conductor.Stop = Asked(StopRequest.None);
        DelayDeactivation(TimeSpan.FromDays(365)); // nobody may call for longer than an idle grain lives
        running = RunToEndAsync(); // goes on in this grain's turns
    }

    public async Task ForgetAsync()
    {
        using IDisposable alone = occupation.Take(this.GetPrimaryKeyString(), "forgotten");
        await AtRestAsync();
        if (Record.IsUnfinished)
        {
            throw UnderWay(); // it may be on its way to another silo
        }

        await kept.ReplaceAsync(new RunRecord { Generation = Record.Generation });
        conductor = null;
        DeactivateOnIdle();
    }

    public Task<RunSnapshot> GetAsync() => Task.FromResult(IsBeginning ? RunSnapshot.Pending
        : conductor is null && Record.Last is { } last ? last : Conductor().Snapshot);

    public Task<bool> IsOverAsync(int generation, int? shard, int life) => Task.FromResult(
        generation < Record.Generation
        || (shard is { } of && conductor?.HasMoved(generation, of, life) == true)
        || (generation == Record.Generation && occupation.IsFree && running.IsCompleted && !Record.IsUnfinished));

    public async IAsyncEnumerable<RunEvent> WatchAsync(RunEvent? after, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (true)
        {
            (RunConductor watched, Task changed) = (Conductor(), another.Task); // before looking: what is told meanwhile is not missed
            await foreach (RunEvent runEvent in watched.Journal.WatchAsync(after, () => watched.HasEnded, cancellationToken))
            {
                yield return after = runEvent;
            }

            if (watched.Ending!.IsFenced)
            {
                throw Elsewhere();
            }

            if (!watched.Ending.GoesOn)
            {
                yield break;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    public Task<ImmutableArray<RunEvent>> HistoryAsync() => Task.FromResult(Conductor().Journal.History());

    public async Task StopAsync(bool now)
    {
        RunConductor stopped = Conductor();
        stopped.Stop = Record.Stop = now || stopped.Stop == StopRequest.Now ? StopRequest.Now : StopRequest.AtStep;
        if (Record.IsUnfinished)
        {
            await kept.TryWriteAsync();
        }
    }

    public async Task LeaveAsync(string silo)
    {
        bool moves = places.Leave(silo); // remembered also where nothing is under way yet
        if (running.IsCompleted || conductor is not { } stays || !moves)
        {
            return;
        }

        bool isOurs = departures.IsOurs(silo);
        Task? letGo = isOurs ? null : stays.LetGo(silo);
        if (letGo is null)
        {
            Move();
        }

        await (isOurs ? running : letGo ?? stays.Ended).WaitAsync(end.Token); // a call that waits would keep this silo
    }

    public async Task<EvaluationEvent> EvaluateAsync(RunOrder order)
    {
        using IDisposable alone = occupation.Take(this.GetPrimaryKeyString(), "evaluated");
        await AtRestAsync();
        RunConductor evaluating = await BeginAsync(order);
        return await evaluating.EvaluateAsync();
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        meter.Runs.Forget(this.GetPrimaryKeyString());
        return Task.CompletedTask;
    }

    private async Task TakeUpAsync()
    {
        string? loss = Record.IsMoving ? null : "The silo that conducted the run is gone.";
        if (loss is not null)
        {
            await CountLossAsync(loss);
            _ = places.ClearAsync(GrainFactory, calls, this.GetPrimaryKeyString()); // beside what follows: a silo that hangs must not hold the others up
        }

        Record.IsMoving = false;
        conductor = await BeginAsync(Record.Order! with { Resume = true }, loss);
        conductor.Stop = Asked(Record.Stop);
        DelayDeactivation(TimeSpan.FromDays(365));
        running = RunToEndAsync();
    }

    private async Task RunToEndAsync()
    {
        if (Record is { Stop: not StopRequest.None, Losses: > 0 })
        {
            const string Why = "Stopped, and its silo is gone; 'actors resume' goes on from the newest checkpoint.";
            await conductor!.CloseAsync(RunStatus.Stopped, Why);
        }
        else
        {
            await RunAsync();
        }

        while (conductor!.Ending is { GoesOn: true, IsFenced: false })
        {
            await places.LeftAsync();
            if (places.IsOursLeaving || end.Token.IsCancellationRequested)
            {
                Record.IsMoving = true;
                await kept.TryWriteAsync(); // where the storage is away, it counts as lost
                another.SetException(Elsewhere()); // whoever waits for the next generation would keep this activation from ending
                return; // taken up elsewhere, from what is kept
            }

            if (await GoOnAsync() is not { } next)
            {
                another.SetException(Elsewhere());
                DeactivateOnIdle();
                return;
            }

            next.Stop = Asked(conductor.Stop); // maybe while there was no generation
            conductor = next;
            WakeWatchers();
            await RunAsync();
        }

        if (conductor.Ending!.IsFenced || !await EndAsync())
        {
            DeactivateOnIdle(); // what this activation knows is not the run's any more
            return;
        }

        DelayDeactivation(TimeSpan.FromHours(1)); // long enough for whoever looks at the result
    }

    /// <summary>Runs a generation. Whether its loss is the run's end is asked when the next begins, by what it has saved.</summary>
    private Task RunAsync() => Record.Losses > MostLosses
        ? conductor!.CloseAsync(RunStatus.Failed, $"{Record.FirstCause} That many generations in a row came to no checkpoint: {Record.Losses}.")
        : conductor!.RunAsync();

    /// <summary>The next generation, once there is one; null where another activation has the run.</summary>
    private async Task<RunConductor?> GoOnAsync()
    {
        Exception? uncounted = conductor!.Ending!.Loss;
        int begun = 0;
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                if (uncounted is { } loss)
                {
                    await CountLossAsync(loss.Message, (loss as WorkerException)?.Unreachable ?? (loss as WorkerException)?.FailedDevice);
                    uncounted = null;
                    if (Record.Losses <= MostLosses)
                    {
                        await Task.Delay(KeptRun.Pause(Record.Losses), time); // for the membership to settle
                    }
                }

                if (++begun == 2)
                {
                    await conductor.TellAsync(RunStatus.Starting, "The cluster's storage is away; the run goes on once it is back.");
                    WakeWatchers();
                }

                return await BeginAsync(Record.Order! with { Resume = true }, conductor.Ending.Loss?.Message);
            }
            catch (InconsistentStateException)
            {
                return null;
            }
            catch (Exception)
            {
                // The storage is away, and a generation that is not written down must not begin.
                await Task.Delay(KeptRun.Pause(attempt), time);
            }
        }
    }

    private async Task CountLossAsync(string cause, string? unreachable = null)
    {
        string folder = Record.Order!.Folder;
        long newest = await lanes.Files.Run(() => RunCheckpoints.NewestStep(folder));
        places.Blame(cause, unreachable);
        Record.CountLoss(newest, cause);
        meter.Runs.Lost(this.GetPrimaryKeyString(), Record.AllLosses);
    }

    /// <summary>Keeps how the run ended, and tells the list. False where another activation has the run: its end is not this one's to tell.</summary>
    private async Task<bool> EndAsync()
    {
        RunSnapshot last = Record.Last = conductor!.Snapshot;
        return !Record.Order!.Registered || await kept.EndAsync(
            () => GrainFactory.GetGrain<IRunDirectoryGrain>(0).EndedAsync(this.GetPrimaryKeyString(), last));
    }

    private void WakeWatchers() => Interlocked.Exchange(ref another, NewSource()).SetResult();

    private void Move() => conductor!.Stop = conductor.Stop == StopRequest.None ? StopRequest.Move : conductor.Stop;

    /// <summary>One that has ended is only still writing that down.</summary>
    private async Task AtRestAsync()
    {
        if (running.IsCompleted)
        {
            return;
        }

        if (conductor is not { HasEnded: true, Ending.GoesOn: false })
        {
            throw UnderWay();
        }

        await running;
    }

    /// <summary>What is asked of the next generation, by what was asked of the one before.</summary>
    private StopRequest Asked(StopRequest before) =>
        before is StopRequest.AtStep or StopRequest.Now ? before : places.IsOursLeaving ? StopRequest.Move : StopRequest.None;

    private RunConductor Conductor() => conductor ?? throw (IsBeginning
        ? new SiloUnavailableException("The run is being started.") // whoever asks tries again, and finds it
        : new InvalidOperationException($"Run '{this.GetPrimaryKeyString()}' was not started here. Start or resume it first."));

    /// <summary>Whoever watches asks again, and finds it.</summary>
    private static SiloUnavailableException Elsewhere() => new("Another silo conducts the run now.");

    private InvalidOperationException UnderWay() => new($"Run '{this.GetPrimaryKeyString()}' is already under way. Watch it, or stop it first.");

    private async Task<RunConductor> BeginAsync(RunOrder order, string? loss = null)
    {
        Record.Generation++;
        await kept.WriteAsync(); // before any worker has it in its key
        return Conduct(order, loss);
    }

    private RunConductor Conduct(RunOrder order, string? loss = null) =>
        new(GrainFactory, calls, lanes, meter, faults, time, places, this.GetPrimaryKeyString(), Record.Generation, order, loss);

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
