using System.CommandLine;
using Actors.Client.Cluster;
using Actors.Client.Display;
using Actors.Contracts.Runs;

namespace Actors.Client.Commands;

/// <summary><c>actors forget</c>.</summary>
internal static class ForgetCommand
{
    public static Command Create(CommandContext context)
    {
        Argument<string> run = CommonOptions.ClusterRun();
        Option<OutputFormat> format = CommonOptions.Format();
        var cluster = new ClusterSelection();
        var command = new Command(
            "forget",
            "Take a run that has ended out of a cluster's list, so that its name and its token are free. Its folder stays as it is.\n\nExample:\n"
            + "  actors forget av-digits --cluster localhost:30000") { run, format };
        cluster.AddTo(command);
        command.SetAction((parsed, cancellation) => CommandRunner.RunAsync(context, parsed.GetValue(format), async () =>
        {
            await using ClusterConnection connection = await cluster.ConnectAsync(context, parsed, cancellation);
            RegisteredRun known = await ClusterRuns.FindAsync(connection, parsed.GetRequiredValue(run));
            string name = known.Configuration.Name;
            string advice = $"The run may have been forgotten. See: actors list {connection.Flag}";
            // Asked once: a second time would be refused, since the first may have done it.
            string? refusal = await connection.AskAsync(asked => asked.Directory.ForgetAsync(name), again: false, advice).WaitAsync(cancellation);
            return refusal is null
                ? new CommandOutcome(ExitCode.Ok, new { Run = name, known.Folder }, console => ResultTable.Line(
                    console,
                    $"{name}: forgotten, and its name is free. Its folder {known.Folder} stays: "
                    + "a start under the name needs another one (--output), or that this one is moved away."))
                : throw new CommandFailure(ExitCode.BadInput, refusal);
        }));
        return command;
    }
}
