using System.Collections.Immutable;
using Actors.Contracts.Events;
using Actors.Contracts.Runs;
using Actors.Grains.Devices;
using Actors.Grains.Diagnostics;

namespace Actors.Grains.Runs;

/// <inheritdoc cref="IRunGrain"/>
[GrainType("run")]
internal sealed class RunGrain(
    [PersistentState("generation")] IPersistentState<RunGeneration> generation, Lanes lanes, ActorsMeter meter, TimeProvider time) : Grain, IRunGrain
{
    private RunConductor? conductor;
    private Task running = Task.CompletedTask;

    public async Task StartAsync(RunOrder order)
    {
        conductor = await BeginAsync(order);
        DelayDeactivation(TimeSpan.FromDays(365)); // nobody may call for longer than an idle grain lives
        running = RunToEndAsync(conductor, order.Registered); // goes on in this grain's turns
    }

    public Task<RunSnapshot> GetAsync() => Task.FromResult(Conductor().Snapshot);

    public IAsyncEnumerable<RunEvent> WatchAsync(long fromSequence, CancellationToken cancellationToken = default)
    {
        RunConductor watched = Conductor();
        return watched.Journal.WatchAsync(fromSequence, () => watched.Status is RunStatus.Completed or RunStatus.Failed or RunStatus.Stopped, cancellationToken);
    }

    public Task<ImmutableArray<RunEvent>> HistoryAsync() => Task.FromResult(Conductor().Journal.History());

    public Task StopAsync(bool now)
    {
        RunConductor stopped = Conductor();
        stopped.Stop = now || stopped.Stop == StopRequest.Now ? StopRequest.Now : StopRequest.AtStep;
        return Task.CompletedTask;
    }

    public async Task<EvaluationEvent> EvaluateAsync(RunOrder order) => await (await BeginAsync(order)).EvaluateAsync();

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        meter.Runs.Forget(this.GetPrimaryKeyString());
        return Task.CompletedTask;
    }

    private async Task RunToEndAsync(RunConductor begun, bool registered)
    {
        await begun.RunAsync();
        if (registered)
        {
            await TellDirectoryAsync(begun.Snapshot);
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

    private async Task<RunConductor> BeginAsync(RunOrder order)
    {
        if (!running.IsCompleted)
        {
            throw new InvalidOperationException($"Run '{this.GetPrimaryKeyString()}' is already under way. Watch it, or stop it first.");
        }

        generation.State.Number++;
        await generation.WriteStateAsync(); // before any worker has it in its key
        return new RunConductor(GrainFactory, lanes, meter, time, this.GetPrimaryKeyString(), generation.State.Number, order);
    }
}
