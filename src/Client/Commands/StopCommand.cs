using System.CommandLine;
using Actors.Client.Cluster;
using Actors.Client.Display;
using Actors.Contracts.Runs;

namespace Actors.Client.Commands;

/// <summary><c>actors stop</c>.</summary>
internal static class StopCommand
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2); // with a run that says nothing; then the list is asked

    public static Command Create(CommandContext context)
    {
        Argument<string> run = CommonOptions.ClusterRun();
        Option<bool> now = new("--now") { Description = "Stop at once, without a checkpoint." };
        Option<bool> noWait = new("--no-wait") { Description = "Ask the run to stop and return, without waiting until it has ended." };
        Option<OutputFormat> format = CommonOptions.Format();
        var cluster = new ClusterSelection();
        var command = new Command(
            "stop",
            "Stop a run in a cluster: the step is finished and a checkpoint written. "
            + "Waits until the run has ended; Ctrl-C ends the waiting alone.\n\nExample:\n"
            + "  actors stop av-digits --cluster localhost:30000") { run, now, noWait, format };
        cluster.AddTo(command);
        command.SetAction((parsed, cancellation) => CommandRunner.RunAsync(context, parsed.GetValue(format), async () =>
        {
            await using ClusterConnection connection = await cluster.ConnectAsync(context, parsed, cancellation);
            RegisteredRun stopped = await ClusterRuns.FindAsync(connection, parsed.GetRequiredValue(run));
            string name = stopped.Configuration.Name;
            if (stopped.HasEnded)
            {
                throw new CommandFailure(
                    ExitCode.BadInput,
                    $"Run '{name}' has ended ({stopped.Status.Word()}); there is nothing to stop. See it with: actors show {name} {connection.Flag}");
            }

            bool atOnce = parsed.GetValue(now);
            try
            {
                await connection.AskAsync(async asked =>
                {
                    await asked.Run(name).StopAsync(atOnce);
                    return true;
                }).WaitAsync(cancellation);
            }
            catch (InvalidOperationException)
            {
                throw new CommandFailure(
                    ExitCode.BadInput,
                    $"Run '{name}' is listed as {stopped.Status.Word()}, but no silo has it: the one that was to begin it is gone, "
                    + $"and there is nothing to stop. Begin it: actors resume {name} {connection.Flag}; "
                    + $"or drop it: actors forget {name} {connection.Flag}");
            }

            string asked = $"{name}: stopping {(atOnce ? "now, without a checkpoint" : "after its step, with a checkpoint")}";
            if (parsed.GetValue(noWait))
            {
                return Tell(
                    ExitCode.Ok,
                    stopped,
                    $"{asked}. See it end: actors watch {name} {connection.Flag}; once it has, go on: actors resume {name} {connection.Flag}");
            }

            await context.Error.WriteLineAsync($"{asked}; waiting until it has ended");
            return await WaitAsync(context, connection, stopped, cancellation);
        }));
        return command;
    }

    private static async Task<CommandOutcome> WaitAsync(CommandContext context, ClusterConnection cluster, RegisteredRun run, CancellationToken cancellation)
    {
        using StopSignals signals = context.ListenToSignals();
        using var detached = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        signals.HandTo(_ => detached.Cancel());
        string name = run.Configuration.Name;
        try
        {
            while (!run.HasEnded)
            {
                await Task.Delay(Pause, context.Time, detached.Token);
                RegisteredRun seen = await SeenAsync(context, cluster, run).WaitAsync(detached.Token);
                if (seen.Step != run.Step)
                {
                    await context.Error.WriteLineAsync($"step={seen.Step}/{seen.TotalSteps} status={seen.Status.Word()}");
                }

                run = seen;
            }
        }
        catch (OperationCanceledException) when (signals.ExitCode is not null)
        {
            return Tell(signals.ExitCode.Value, run, $"{name}: is still stopping, and will. See it end: actors watch {name} {cluster.Flag}");
        }

        // The step it took last may have been the run's last, or it failed: neither is to be resumed.
        return run.Status switch
        {
            RunStatus.Stopped => Tell(ExitCode.Ok, run, $"{name}: stopped after step {run.Step}. Go on: actors resume {name} {cluster.Flag}"),
            RunStatus.Completed => Tell(ExitCode.Ok, run, $"{name}: completed before it could be stopped. See it with: actors show {name} {cluster.Flag}"),
            _ => Tell(ExitCode.Failed, run, $"{name}: {run.Status.Word()}. {run.FirstCause}"),
        };
    }

    /// <summary>How a run stands: as it says itself, for the list may not hear of its end, or else as the list has it.</summary>
    /// <exception cref="CommandFailure">Neither knows it.</exception>
    private static async Task<RegisteredRun> SeenAsync(CommandContext context, ClusterConnection cluster, RegisteredRun run)
    {
        string name = run.Configuration.Name;
        try
        {
            return run.With(await cluster.Run(name).GetAsync().WaitAsync(Patience, context.Time));
        }
        catch (Exception silence) when (silence is InvalidOperationException || ClusterConnection.IsLost(silence))
        {
            return await cluster.AskAsync(asked => asked.Directory.FindAsync(name)) ?? throw new CommandFailure(
                ExitCode.Failed,
                $"Run '{name}' is not in the cluster any more: it ended and somebody forgot it, or the silos that knew it are gone. "
                + $"Its files are in {run.Folder}. See what is there: actors list {cluster.Flag}");
        }
    }

    private static CommandOutcome Tell(ExitCode exitCode, RegisteredRun run, string line) =>
        new(exitCode, new { Run = run.Configuration.Name, run.Status, run.Step, run.TotalSteps, run.FirstCause }, console => ResultTable.Line(console, line));
}
