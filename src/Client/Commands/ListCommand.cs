using System.CommandLine;
using Actors.Client.Cluster;
using Actors.Client.Display;
using Actors.Client.Running;
using Spectre.Console;

namespace Actors.Client.Commands;

/// <summary><c>actors list</c>.</summary>
internal static class ListCommand
{
    public static Command Create(CommandContext context)
    {
        Option<string> output = CommonOptions.Folder();
        Option<OutputFormat> format = CommonOptions.Format();
        var cluster = new ClusterSelection();
        var command = new Command("list", "List the runs, the last changed first.\n\nExample:\n  actors list --format json\n  actors list --cluster localhost:30000") { output, format };
        cluster.AddTo(command);
        command.Aliases.Add("ls");
        command.SetAction((parsed, cancellation) => CommandRunner.RunAsync(context, parsed.GetValue(format), async () =>
        {
            if (cluster.IsGiven(parsed))
            {
                await using ClusterConnection connection = await cluster.ConnectAsync(context, parsed, cancellation);
                return ClusterRunTable.Tell(await connection.AskAsync(asked => asked.Directory.ListAsync()).WaitAsync(cancellation));
            }

            var folders = new RunFolders(parsed.GetRequiredValue(output));
            RunSummary[] runs = [.. folders.All().Select(RunSummary.Read)];
            return new CommandOutcome(ExitCode.Ok, runs, console => Write(console, folders, runs));
        }));
        return command;
    }

    private static void Write(IAnsiConsole console, RunFolders folders, RunSummary[] runs)
    {
        if (runs.Length == 0)
        {
            ResultTable.Line(console, $"No run is in {folders.Root}. Start one: actors train examples/av-digits.yaml");
            return;
        }

        var table = new Table { Border = console.Profile.Capabilities.Unicode ? TableBorder.Rounded : TableBorder.Ascii };
        table.AddColumns("run", "status", "method", "seed", "step", "validation %", "test %", "elapsed", "changed (UTC)");
        foreach (RunSummary run in runs)
        {
            table.AddRow(
                Markup.Escape(run.Name), run.Status.ToString().ToLowerInvariant(), Markup.Escape(run.Method), Figures.Whole(run.Seed), Figures.Whole(run.Step),
                Figures.Percent(run.Validation?.Accuracy), Figures.Percent(run.Test?.Accuracy), Figures.Duration(TimeSpan.FromSeconds(run.ElapsedSeconds)),
                run.Changed?.UtcDateTime.ToString("yyyy-MM-dd HH:mm") ?? "-");
        }

        console.Write(table);
    }
}
