using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Actors.Contracts.Events;
using Actors.Contracts.Runs;
using Actors.Grains.Devices;
using Actors.Grains.Diagnostics;
using Orleans.Storage;

namespace Actors.Grains.Runs;

/// <inheritdoc cref="IRunGrain"/>
[GrainType("run")]
internal sealed class RunGrain(
    [PersistentState("generation")] IPersistentState<RunGeneration> generation, Lanes lanes, ActorsMeter meter, TimeProvider time) : Grain, IRunGrain
{
    private const int GenerationsAfterLoss = 5;

    private RunConductor? conductor;
    private TaskCompletionSource another = new(TaskCreationOptions.RunContinuationsAsynchronously); // generation
    private Task running = Task.CompletedTask;

    public async Task StartAsync(RunOrder order)
    {
        if (!running.IsCompleted)
        {
            // One that has ended is only still telling the directory so.
            await (conductor is { HasEnded: true, GoesOn: false } ? running : throw UnderWay());
        }

        conductor = await BeginAsync(order);
        DelayDeactivation(TimeSpan.FromDays(365)); // nobody may call for longer than an idle grain lives
        running = RunToEndAsync(order); // goes on in this grain's turns
    }

    public Task<RunSnapshot> GetAsync() => Task.FromResult(Conductor().Snapshot);

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

    public Task StopAsync(bool now)
    {
        RunConductor stopped = Conductor();
        stopped.Stop = now || stopped.Stop == StopRequest.Now ? StopRequest.Now : StopRequest.AtStep;
        return Task.CompletedTask;
    }

    public async Task<EvaluationEvent> EvaluateAsync(RunOrder order) =>
        running.IsCompleted ? await (await BeginAsync(order)).EvaluateAsync() : throw UnderWay();

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        meter.Runs.Forget(this.GetPrimaryKeyString());
        return Task.CompletedTask;
    }

    private async Task RunToEndAsync(RunOrder order)
    {
        await conductor!.RunAsync(mayGoOn: true);
        for (int attempt = 1; conductor.GoesOn; attempt++)
        {
            await Task.Delay(TimeSpan.FromSeconds(Math.Min(Math.Pow(2, attempt - 1), 30)), time); // for the membership to settle
            RunConductor next;
            try
            {
                next = await BeginAsync(order with { Resume = true });
            }
            catch (Exception failure) when (failure is not InconsistentStateException)
            {
                continue; // the storage is away too, and a generation that is not written down must not begin; where another silo wrote, the run is its
            }

            next.Stop = conductor.Stop; // asked for while there was no generation
            conductor = next;
            another.SetResult();
            another = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await conductor.RunAsync(mayGoOn: attempt < GenerationsAfterLoss);
        }

        if (order.Registered)
        {
            await TellDirectoryAsync(conductor.Snapshot);
        }

        DelayDeactivation(TimeSpan.FromHours(1)); // long enough for whoever looks at the result
    }

    private async Task TellDirectoryAsync(RunSnapshot last)
    {
        try
        {
            await GrainFactory.GetGrain<IRunDirectoryGrain>(0).EndedAsync(this.GetPrimaryKeyString(), last);
        }
        catch (Exception)
        {
            // The run has ended all the same; while this grain lives, the directory asks it whenever somebody lists the runs.
        }
    }

    private RunConductor Conductor() =>
        conductor ?? throw new InvalidOperationException($"Run '{this.GetPrimaryKeyString()}' was not started here. Start or resume it first.");

    private InvalidOperationException UnderWay() => new($"Run '{this.GetPrimaryKeyString()}' is already under way. Watch it, or stop it first.");

    private async Task<RunConductor> BeginAsync(RunOrder order)
    {
        generation.State.Number++;
        await generation.WriteStateAsync(); // before any worker has it in its key
        return new RunConductor(GrainFactory, lanes, meter, time, this.GetPrimaryKeyString(), generation.State.Number, order);
    }
}
