using System.CommandLine;
using Actors.Client.Cluster;
using Actors.Client.Display;
using Actors.Client.Running;
using Actors.Contracts.Runs;
using Spectre.Console;

namespace Actors.Client.Commands;

/// <summary><c>actors list</c>.</summary>
internal static class ListCommand
{
    private const string NoneOfStatus = "No run has that status. See all: actors list";

    public static Command Create(CommandContext context)
    {
        Option<string> output = CommonOptions.Folder();
        Option<OutputFormat> format = CommonOptions.Format();
        var selection = new ListSelection();
        var cluster = new ClusterSelection();
        var command = new Command(
            "list",
            "List the runs, the last changed first.\n\nExample:\n"
            + "  actors list --status completed --sort test --limit 5\n"
            + "  actors list --cluster localhost:30000") { output, format };
        selection.AddTo(command);
        cluster.AddTo(command);
        command.Aliases.Add("ls");
        command.SetAction((parsed, cancellation) => CommandRunner.RunAsync(context, parsed.GetValue(format), async () =>
        {
            if (cluster.IsGiven(parsed, output))
            {
                selection.RefuseFigures(parsed);
                await using ClusterConnection connection = await cluster.ConnectAsync(context, parsed, cancellation);
                IReadOnlyList<RegisteredRun> all = await connection.AskAsync(asked => asked.Directory.ListAsync()).WaitAsync(cancellation);
                RegisteredRun[] chosen = [.. selection.Choose(parsed, all.OrderByDescending(run => run.Changed), ListKeys.Of)];
                return ClusterRunTable.Tell(chosen, all.Count == 0 ? "The cluster has no run. Start one: actors start CONFIG --cluster ADDRESS" : NoneOfStatus);
            }

            var folders = new RunFolders(parsed.GetRequiredValue(output));
            IReadOnlyList<string> found = folders.All();
            ListedRun[] runs = [.. selection.Choose(parsed, found.Select(ListedRun.Read).OrderByDescending(run => run.Changed), ListKeys.Of)];
            ExitCode exitCode = runs.Any(run => run.Damage is not null) ? ExitCode.BadInput : ExitCode.Ok;
            string none = found.Count == 0 ? $"No run is in {folders.Root}. Start one: actors train examples/av-digits.yaml" : NoneOfStatus;
            return new CommandOutcome(exitCode, runs.Select(run => run.Summary ?? (object?)run.Damage), console => Write(console, runs, none));
        }));
        return command;
    }

    private static void Write(IAnsiConsole console, ListedRun[] runs, string none)
    {
        if (runs.Length == 0)
        {
            ResultTable.Line(console, none);
            return;
        }

        Table table = RoundedTable.For(console);
        table.AddColumns("run", "status", "method", "seed", "step", "validation %", "test %", "elapsed", "changed (UTC)");
        foreach ((RunSummary? run, DamagedRun? damage) in runs)
        {
            if (run is null)
            {
                table.AddRow(Markup.Escape(damage!.Name), damage.Status, "-", "-", "-", "-", "-", "-", "-");
                continue;
            }

            table.AddRow(
                Markup.Escape(run.Name), run.Status.Word(), Markup.Escape(run.Method), Figures.Whole(run.Seed), Figures.Whole(run.Step),
                Figures.Percent(run.Validation?.Accuracy), Figures.Percent(run.Test?.Accuracy), Figures.Duration(TimeSpan.FromSeconds(run.ElapsedSeconds)),
                run.Changed?.UtcDateTime.ToString("yyyy-MM-dd HH:mm") ?? "-");
        }

        console.Write(table);
        foreach (DamagedRun damage in runs.Select(run => run.Damage).OfType<DamagedRun>())
        {
            ResultTable.Line(console, $"{damage.Name}: {damage.Message}");
        }
    }
}
