using System.CommandLine;
using Actors.Client.Cluster;
using Actors.Client.Display;
using Actors.Contracts.Runs;

namespace Actors.Client.Commands;

/// <summary><c>actors stop</c>.</summary>
internal static class StopCommand
{
    public static Command Create(CommandContext context)
    {
        Argument<string> run = CommonOptions.ClusterRun();
        Option<bool> now = new("--now") { Description = "Stop at once, without a checkpoint." };
        Option<OutputFormat> format = CommonOptions.Format();
        var cluster = new ClusterSelection();
        var command = new Command("stop", "Stop a run in a cluster: the step is finished and a checkpoint written.\n\nExample:\n  actors stop av-digits --cluster localhost:30000") { run, now, format };
        cluster.AddTo(command);
        command.SetAction((parsed, cancellation) => CommandRunner.RunAsync(context, parsed.GetValue(format), async () =>
        {
            await using ClusterConnection connection = await cluster.ConnectAsync(context, parsed, cancellation);
            RegisteredRun stopped = await ClusterRuns.FindAsync(connection, parsed.GetRequiredValue(run));
            string name = stopped.Configuration.Name;
            if (stopped.HasEnded)
            {
                throw new CommandFailure(ExitCode.BadInput, $"Run '{name}' has ended ({stopped.Status.ToString().ToLowerInvariant()}); there is nothing to stop. See it with: actors show {name} {connection.Flag}");
            }

            bool atOnce = parsed.GetValue(now);
            await connection.AskAsync(async asked =>
            {
                await asked.Run(name).StopAsync(atOnce);
                return true;
            }).WaitAsync(cancellation);
            return new CommandOutcome(ExitCode.Ok, new { Run = name, Checkpoint = !atOnce }, console => ResultTable.Line(
                console, $"{name}: stopping {(atOnce ? "now, without a checkpoint" : "after its step, with a checkpoint")}. See it end: actors watch {name} {connection.Flag}; go on: actors resume {name} {connection.Flag}"));
        }));
        return command;
    }
}
