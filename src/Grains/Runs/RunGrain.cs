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
    [PersistentState("run")] IPersistentState<RunRecord> kept, SiloDepartures departures, WorkerCalls calls, Lanes lanes, ActorsMeter meter, FaultPoints faults, TimeProvider time)
    : Grain, IRunGrain
{
    private const int MostLosses = 5; // in a row, without a new checkpoint between them
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private RunConductor? conductor;
    private TaskCompletionSource another = NewSource(); // generation
    private Task running = Task.CompletedTask;
    private Task writing = Task.CompletedTask;
    private readonly HashSet<string> leaving = []; // silos

    private RunRecord Record => kept.State;

    private RunPlaces Places => new(Record, departures, time, TryWriteAsync);

    /// <summary>A run that was under way when its silo was lost is taken up where it comes to life again.</summary>
    public override Task OnActivateAsync(CancellationToken cancellationToken) =>
        Record.IsUnfinished ? TakeUpAsync() : Task.CompletedTask;

    public async Task StartAsync(RunOrder order)
    {
        if (!running.IsCompleted)
        {
            // One that has ended is only still writing that down.
            await (conductor is { HasEnded: true, GoesOn: false } ? running : throw UnderWay());
        }

        (Record.Order, Record.Last, Record.Stop, Record.Losses, Record.FirstCause) = (order, null, StopRequest.None, 0, null);
        conductor = await BeginAsync(order);
        DelayDeactivation(TimeSpan.FromDays(365)); // nobody may call for longer than an idle grain lives
        running = RunToEndAsync(); // goes on in this grain's turns
    }

    public Task<RunSnapshot> GetAsync() => Task.FromResult(conductor is null && Record.Last is { } last ? last : Snapshot());

    public async IAsyncEnumerable<RunEvent> WatchAsync(long fromSequence, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        long? from = fromSequence;
        for (RunConductor watched = Conductor(); ; watched = Conductor())
        {
            await foreach (RunEvent runEvent in watched.Journal.WatchAsync(from, () => watched.HasEnded, cancellationToken))
            {
                yield return runEvent;
            }

            from = null;

            if (watched.IsFenced)
            {
                throw Elsewhere();
            }

            if (!watched.GoesOn)
            {
                yield break;
            }

            while (watched == conductor)
            {
                await another.Task.WaitAsync(cancellationToken);
            }
        }
    }

    public Task<ImmutableArray<RunEvent>> HistoryAsync() => Task.FromResult(Conductor().Journal.History());

    public async Task StopAsync(bool now)
    {
        RunConductor stopped = Conductor();
        stopped.Stop = Record.Stop = now || stopped.Stop == StopRequest.Now ? StopRequest.Now : StopRequest.AtStep;
        if (Record.IsUnfinished)
        {
            await TryWriteAsync(); // where the storage is away, what is written next holds it
        }
    }

    public async Task LeaveAsync(string silo)
    {
        if (running.IsCompleted || conductor is not { } stays || !Places.IsOn(silo))
        {
            return;
        }

        leaving.Add(silo);
        stays.Stop = stays.Stop == StopRequest.None ? StopRequest.Move : stays.Stop;
        await (departures.IsOurs(silo) ? running : stays.Ended);
    }

    public async Task<EvaluationEvent> EvaluateAsync(RunOrder order) =>
        running.IsCompleted ? await (await BeginAsync(order)).EvaluateAsync() : throw UnderWay();

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
            meter.Runs.Lost(this.GetPrimaryKeyString());
            await CountLossAsync(loss);
            _ = Places.ClearAsync(GrainFactory, calls, this.GetPrimaryKeyString()); // beside what follows: a silo that hangs must not hold the others up
        }

        Record.IsMoving = false;
        conductor = await BeginAsync(Record.Order! with { Resume = true }, loss);
        conductor.Stop = Record.Stop;
        DelayDeactivation(TimeSpan.FromDays(365));
        running = RunToEndAsync();
    }

    private async Task RunToEndAsync()
    {
        await (Record switch
        {
            { Stop: not StopRequest.None } when Record.Losses > 0 => conductor!.CloseAsync(RunStatus.Stopped, "Stopped, and its silo is gone; 'actors resume' goes on from the newest checkpoint."),
            { Losses: > MostLosses } => conductor!.CloseAsync(RunStatus.Failed, $"{Record.FirstCause} That many generations in a row came to no checkpoint: {Record.Losses}."),
            _ => conductor!.RunAsync(mayGoOn: Record.Losses < MostLosses),
        });
        while (conductor.GoesOn && !conductor.IsFenced)
        {
            while (leaving.FirstOrDefault() is { } silo)
            {
                if (leaving.Any(departures.IsOurs))
                {
                    Record.IsMoving = true;
                    await TryWriteAsync(); // where the storage is away, it counts as lost
                    return; // taken up elsewhere, from what is kept
                }

                await departures.WaitAsync(silo);
                leaving.Remove(silo);
            }

            if (await GoOnAsync() is not { } next)
            {
                another.SetException(Elsewhere());
                DeactivateOnIdle();
                return;
            }

            next.Stop = conductor.Stop == StopRequest.Move && leaving.Count == 0 ? StopRequest.None : conductor.Stop; // asked for while there was no generation
            conductor = next;
            another.SetResult();
            another = NewSource();
            await conductor.RunAsync(mayGoOn: Record.Losses < MostLosses);
        }

        if (conductor.IsFenced)
        {
            DeactivateOnIdle(); // what this activation knows is not the run's any more
            return;
        }

        await EndAsync();
        DelayDeactivation(TimeSpan.FromHours(1)); // long enough for whoever looks at the result
    }

    /// <summary>The next generation, once there is one; null where another activation has the run.</summary>
    private async Task<RunConductor?> GoOnAsync()
    {
        Exception? uncounted = conductor!.Loss;
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                if (uncounted is { } loss)
                {
                    meter.Runs.Lost(this.GetPrimaryKeyString());
                    await CountLossAsync(loss.Message, (loss as WorkerException)?.Unreachable ?? (loss as WorkerException)?.FailedDevice);
                    uncounted = null;
                    await Task.Delay(Pause(Record.Losses), time); // for the membership to settle
                }

                return await BeginAsync(Record.Order! with { Resume = true }, conductor.Loss?.Message);
            }
            catch (InconsistentStateException)
            {
                return null;
            }
            catch (Exception)
            {
                await Task.Delay(Pause(attempt), time); // the storage is away, and a generation that is not written down must not begin
            }
        }
    }

    private async Task CountLossAsync(string cause, string? unreachable = null)
    {
        string folder = Record.Order!.Folder;
        long newest = await lanes.Files.Run(() => RunCheckpoints.NewestStep(folder));
        if (newest > Record.Progress)
        {
            (Record.Progress, Record.Losses, Record.FirstCause) = (newest, 0, null);
        }

        Places.Blame(cause, unreachable);
        Record.Losses++;
        Record.FirstCause ??= cause;
    }

    private async Task EndAsync()
    {
        Record.Last = Snapshot();
        if (!Record.Order!.Registered)
        {
            return;
        }

        for (int attempt = 1; !await TryWriteAsync(); attempt++)
        {
            await Task.Delay(Pause(attempt), time);
        }

        try
        {
            await GrainFactory.GetGrain<IRunDirectoryGrain>(0).EndedAsync(this.GetPrimaryKeyString(), Record.Last);
        }
        catch (Exception)
        {
            // The directory asks this grain whenever somebody lists the runs.
        }
    }

    private RunSnapshot Snapshot()
    {
        RunSnapshot snapshot = Conductor().Snapshot;
        return snapshot.FirstCause is null ? snapshot : snapshot with { FirstCause = Record.FirstCause ?? snapshot.FirstCause };
    }

    private RunConductor Conductor() =>
        conductor ?? throw new InvalidOperationException($"Run '{this.GetPrimaryKeyString()}' was not started here. Start or resume it first.");

    /// <summary>Whoever watches asks again, and finds it.</summary>
    private static SiloUnavailableException Elsewhere() => new("Another silo conducts the run now.");

    private InvalidOperationException UnderWay() => new($"Run '{this.GetPrimaryKeyString()}' is already under way. Watch it, or stop it first.");

    private async Task<RunConductor> BeginAsync(RunOrder order, string? loss = null)
    {
        Record.Generation++;
        await WriteAsync(); // before any worker has it in its key
        return new RunConductor(GrainFactory, calls, lanes, meter, faults, time, Places, this.GetPrimaryKeyString(), Record.Generation, order, loss);
    }

    /// <summary>Writes the record down. True also where another activation has, whose run it is.</summary>
    private async Task<bool> TryWriteAsync()
    {
        try
        {
            await WriteAsync();
            return true;
        }
        catch (Exception failure)
        {
            return failure is InconsistentStateException;
        }
    }

    /// <summary>Writes the record down, one write after the other: two at once would take each other for another silo's.</summary>
    private Task WriteAsync()
    {
        return writing = Next(writing);

        async Task Next(Task before)
        {
            await before.ContinueWith(_ => { }, TaskScheduler.Current);
            await kept.WriteStateAsync();
        }
    }

    private static TimeSpan Pause(int attempt) => TimeSpan.FromSeconds(Math.Min(Math.Pow(2, attempt - 1), LongestPause.TotalSeconds));

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
