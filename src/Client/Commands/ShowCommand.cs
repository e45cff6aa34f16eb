using System.CommandLine;
using Actors.Client.Artifacts;
using Actors.Client.Cluster;
using Actors.Client.Configuration;
using Actors.Client.Display;
using Actors.Client.Running;
using Actors.Contracts.Runs;

namespace Actors.Client.Commands;

/// <summary><c>actors show</c>.</summary>
internal static class ShowCommand
{
    private const int MostWarnings = 8;

    public static Command Create(CommandContext context)
    {
        Argument<string> run = CommonOptions.Run();
        Option<string> output = CommonOptions.Folder();
        Option<OutputFormat> format = CommonOptions.Format();
        var cluster = new ClusterSelection();
        var command = new Command(
            "show",
            "Show how a run stands or ended.\n\nExample:\n"
            + "  actors show av-digits\n"
            + "  actors show av-digits --cluster localhost:30000") { run, output, format };
        cluster.AddTo(command);
        command.SetAction((parsed, cancellation) => CommandRunner.RunAsync(context, parsed.GetValue(format), async () =>
        {
            if (cluster.IsGiven(parsed, output))
            {
                await using ClusterConnection connection = await cluster.ConnectAsync(context, parsed, cancellation);
                RegisteredRun known = await ClusterRuns.FindAsync(connection, parsed.GetRequiredValue(run));
                (RunOutline outline, RunSummary stands) = await ClusterRuns.ShowAsync(connection, known);
                return Tell(outline, stands);
            }

            string folder = new RunFolders(parsed.GetRequiredValue(output)).Find(parsed.GetRequiredValue(run));
            ConfigurationReading reading = RunFolders.Configuration(folder);
            RunSummary summary = RunSummary.Read(folder, reading.Configuration);
            RunReport.Write(folder, context.Error);
            return Tell(new RunOutline(reading.Configuration, folder, null), summary);
        }));
        return command;
    }

    private static CommandOutcome Tell(RunOutline outline, RunSummary summary) => new(ExitCode.Ok, summary, console =>
    {
        foreach ((string name, string value) in outline.Lines())
        {
            ResultTable.Line(console, $"{name,-11}{value}");
        }

        ResultTable.Write(console, summary);
        foreach (string warning in summary.Warnings.Take(MostWarnings))
        {
            ResultTable.Line(console, $"warning: {warning}");
        }

        if (summary.Warnings.Count > MostWarnings)
        {
            string metrics = Path.Combine(summary.Folder, RunFiles.Metrics);
            ResultTable.Line(console, $"{summary.Warnings.Count - MostWarnings} more warnings are in {metrics}");
        }
    });
}
