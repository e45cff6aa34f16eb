using System.CommandLine;
using Actors.Client.Display;
using Actors.Client.Running;

namespace Actors.Client.Commands;

/// <summary><c>actors compare</c>.</summary>
internal static class CompareCommand
{
    public static Command Create(CommandContext context)
    {
        var runs = new Argument<string[]>("RUN") { Description = "Two runs or more: names, beginnings of names, or folders. Those that differ only in the seed become one row.", Arity = new ArgumentArity(2, 1000) };
        Option<string> output = CommonOptions.Folder();
        Option<OutputFormat> format = CommonOptions.FormatWithMarkdown();
        var command = new Command("compare", "Compare runs on test: mean ± standard deviation over seeds.\n\nExample:\n  actors compare joint-seed0 joint-seed1 mlb-seed0 mlb-seed1 --format markdown") { runs, output, format };
        command.SetAction((parsed, _) => CommandRunner.RunAsync(context, parsed.GetValue(format), () =>
        {
            var folders = new RunFolders(parsed.GetRequiredValue(output));
            string[] found = [.. parsed.GetRequiredValue(runs).Select(folders.Find).Distinct()];
            IReadOnlyList<RunComparison> rows = RunComparison.Of([.. found.Select(folder => (RunFolders.Configuration(folder).Configuration, RunSummary.Read(folder)))]);
            return Task.FromResult(new CommandOutcome(ExitCode.Ok, rows, console =>
            {
                if (parsed.GetValue(format) == OutputFormat.Markdown)
                {
                    ComparisonTable.WriteMarkdown(context.Output, rows);
                }
                else
                {
                    ComparisonTable.WriteText(console, rows);
                }
            }));
        }));
        return command;
    }
}
