using System.CommandLine;
using Actors.Client.Artifacts;
using Actors.Client.Display;
using Actors.Client.Running;
using Actors.Contracts.Runs;
using Actors.Learning.Evaluation;

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
            (string Folder, RunConfiguration Configuration)[] read = [.. found.Select(folder => (folder, RunFolders.Configuration(folder).Configuration))];
            IReadOnlyList<RunComparison> rows = RunComparison.Of([.. read.Select(run => (run.Configuration, RunSummary.Read(run.Folder)))]);
            IReadOnlyList<KeyValuePair<string, AgreementMatrix>> agreement = AgreementReport.Make(read);
            IReadOnlyList<ChangedKey> changed = ChangedKey.Of([.. read.Select(run => run.Configuration)]);
            return Task.FromResult(new CommandOutcome(ExitCode.Ok, new { Rows = rows, Agreement = agreement.ToDictionary(), Changed = changed }, console =>
            {
                if (parsed.GetValue(format) == OutputFormat.Markdown)
                {
                    ComparisonTable.WriteMarkdown(context.Output, rows);
                    return; // the table alone, to be put into a document
                }

                ComparisonTable.WriteText(console, rows);

                foreach (ChangedKey key in changed)
                {
                    ResultTable.Line(console, $"{key.Key}: {string.Join(" | ", key.Values)}");
                }

                foreach ((string run, AgreementMatrix matrix) in agreement)
                {
                    string cells = string.Join("  ", matrix.Right.Select((right, column) => $"{matrix.Column(column)} {Figures.Percent((right + matrix.Wrong[column]) / 100)} of which kept {Figures.Percent(matrix.Kept(column))}"));
                    ResultTable.Line(console, $"agreement of {run}: {cells}");
                }
            }));
        }));
        return command;
    }
}
