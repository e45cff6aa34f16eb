using System.CommandLine;
using Actors.Client.Cluster;
using Actors.Contracts.Runs;

namespace Actors.Client.Commands;

/// <summary><c>actors watch</c>.</summary>
internal static class WatchCommand
{
    public static Command Create(CommandContext context)
    {
        Argument<string> run = CommonOptions.ClusterRun();
        Option<OutputFormat> format = CommonOptions.Format();
        var cluster = new ClusterSelection();
        var command = new Command(
            "watch",
            "Watch a run in a cluster to its end. Ctrl-C ends the watching, not the run.\n\nExample:\n"
            + "  actors watch av-digits --cluster localhost:30000") { run, format };
        cluster.AddTo(command);
        command.SetAction((parsed, cancellation) => CommandRunner.RunAsync(context, parsed.GetValue(format), async () =>
        {
            await using ClusterConnection connection = await cluster.ConnectAsync(context, parsed, cancellation);
            RegisteredRun watched = await ClusterRuns.FindAsync(connection, parsed.GetRequiredValue(run));
            return await new WatchSession(context, connection).WatchAsync(watched, cancellation);
        }));
        return command;
    }
}
