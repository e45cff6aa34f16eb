using Actors.Client.Artifacts;
using Actors.Client.Commands;
using Actors.Client.Display;
using Actors.Client.Running;
using Actors.Contracts.Events;
using Actors.Contracts.Runs;

namespace Actors.Client.Cluster;

/// <summary>Shows a run in a cluster until it ends or the person has seen enough.</summary>
internal sealed class WatchSession(CommandContext context, ClusterConnection cluster)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2); // a run may wait for the cluster for days, and says so in its events

    /// <summary>Watches a run. A signal ends the watching, never the run.</summary>
    public async Task<CommandOutcome> WatchAsync(RegisteredRun run, CancellationToken cancellation)
    {
        using StopSignals signals = context.ListenToSignals();
        using var detached = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        signals.HandTo(_ => detached.Cancel());
        string name = run.Configuration.Name;
        bool isKnown = true;
        IRunDisplay display = context.IsErrorTerminal ? new LiveRunDisplay(context.ErrorConsole(), context.Time) : new PlainRunDisplay(context.Error);
        var watch = new RunWatch(cluster, name, display.NoteAsync, context.Time);
        try
        {
            await display.ShowAsync(await OutlineAsync(run, detached.Token), watch.EventsAsync(detached.Token), detached.Token);
        }
        catch (Exception failure) when (signals.ExitCode is not null && (failure is OperationCanceledException || ClusterConnection.IsLost(failure)))
        {
            return Detached(run, watch, signals.ExitCode.Value);
        }
        catch (InvalidOperationException)
        {
            isKnown = false; // it is at rest and its grain has gone; the cluster's list and the run's folder know how it ended
        }

        if (signals.ExitCode is { } exitCode)
        {
            return Detached(run, watch, exitCode);
        }

        RegisteredRun? listed = await cluster.AskAsync(asked => asked.Directory.FindAsync(name));
        RegisteredRun ended = Told(listed ?? run, watch.History);
        if (ended.HasEnded && RunFolders.IsRun(ended.Folder))
        {
            RunReport.Write(ended.Folder, context.Error); // the silos draw nothing
        }

        return Ended(ended, isKnown || listed is null ? Summary(ended, watch.History) : await ClusterRuns.SummaryAsync(cluster, ended));
    }

    /// <summary>
    /// A run as the list has it, but ended as its own events said: the list hears of an end later, and shows what it knew while the run's silo is slow to
    /// answer.
    /// </summary>
    public static RegisteredRun Told(RegisteredRun listed, IReadOnlyList<RunEvent> events) =>
        events.OfType<StatusEvent>().LastOrDefault() is { } end && end.Status.IsFinal() && end.Status != listed.Status
            ? listed with { Status = end.Status, Step = end.Step, FirstCause = end.Status == RunStatus.Failed ? end.Message : null }
            : listed;

    /// <summary>A run in a few figures, from the list and what was told of it.</summary>
    public static RunSummary Summary(RegisteredRun run, IReadOnlyList<RunEvent> events)
    {
        RunSummary summary = RunSummary.Of(run.Folder, run.Configuration, events);
        return summary with
        {
            Status = run.Status,
            Step = Math.Max(run.Step, summary.Step),
            Message = run.FirstCause ?? summary.Message,
            Changed = summary.Changed ?? run.Changed,
        };
    }

    private static CommandOutcome Ended(RegisteredRun run, RunSummary summary) =>
        new(run.Status == RunStatus.Completed ? ExitCode.Ok : ExitCode.Failed, summary, console => ResultTable.Write(console, summary));

    private CommandOutcome Detached(RegisteredRun run, RunWatch watch, ExitCode exitCode)
    {
        string name = run.Configuration.Name;
        context.Error.WriteLine(
            $"detached: run '{name}' goes on in the cluster. Watch it again with: actors watch {name} {cluster.Flag}; "
            + $"stop it with: actors stop {name} {cluster.Flag}");
        IReadOnlyList<RunEvent> events = watch.History;
        RunSummary summary = RunSummary.Of(run.Folder, run.Configuration, events) with
        {
            Status = events.OfType<StatusEvent>().LastOrDefault()?.Status ?? run.Status,
        };
        return new CommandOutcome(exitCode, summary, _ => { });
    }

    /// <summary>
    /// What is known of the run once it is planned or has ended; of its configuration alone where that takes longer than people wait for a sign.
    /// </summary>
    private async Task<RunOutline> OutlineAsync(RegisteredRun run, CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(Patience, context.Time);
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellation, patience.Token);
        try
        {
            while (true)
            {
                RunSnapshot snapshot = await cluster.AskAsync(asked => asked.Run(run.Configuration.Name).GetAsync()).WaitAsync(bound.Token);
                if (snapshot.TotalSteps > 0 || snapshot.Status is not (RunStatus.Pending or RunStatus.Starting))
                {
                    return GrainTrainer.Outline(run.Configuration, run.Folder, snapshot);
                }

                await Task.Delay(Pause, context.Time, bound.Token);
            }
        }
        catch (Exception failure) when (failure is InvalidOperationException
            || (failure is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            // At rest, its grain has gone; or not planned yet.
            return new RunOutline(run.Configuration, run.Folder, run.TotalSteps == 0 ? null : run.TotalSteps);
        }
    }
}
