using System.CommandLine;
using Actors.Client.Artifacts;
using Actors.Client.Cluster;
using Actors.Client.Display;
using Actors.Client.Running;
using Actors.Contracts.Runs;
using Actors.Grains.Diagnostics;
using Actors.Learning.Evaluation;
using Spectre.Console;

namespace Actors.Client.Commands;

/// <summary><c>actors compare</c>.</summary>
internal static class CompareCommand
{
    public static Command Create(CommandContext context)
    {
        var runs = new Argument<string[]>("RUN")
        {
            Description = "Two runs or more: names, beginnings of names, or folders. Those that differ only in the seed become one row.",
            Arity = new ArgumentArity(2, 1000),
        };
        Option<string> output = CommonOptions.Folder();
        Option<OutputFormat> format = CommonOptions.FormatWithMarkdown();
        var cluster = new ClusterSelection();
        var command = new Command(
            "compare",
            "Compare runs on test: mean ± standard deviation over seeds.\n\nExample:\n"
            + "  actors compare joint-seed0 joint-seed1 mlb-seed0 mlb-seed1 --format markdown\n"
            + "  actors compare joint mlb --cluster localhost:30000") { runs, output, format };
        cluster.AddTo(command);
        command.SetAction((parsed, cancellation) => CommandRunner.RunAsync(context, parsed.GetValue(format), async () =>
        {
            string[] names = parsed.GetRequiredValue(runs);
            if (cluster.IsGiven(parsed, output))
            {
                await using ClusterConnection connection = await cluster.ConnectAsync(context, parsed, cancellation);
                return await CompareAsync(context, await OfClusterAsync(connection, names), parsed.GetValue(format), keepPictures: false);
            }

            ComparedRun[] compared = OfFolders(context, new RunFolders(parsed.GetRequiredValue(output)), names);
            return await CompareAsync(context, compared, parsed.GetValue(format), keepPictures: true);
        }));
        return command;
    }

    private static ComparedRun[] OfFolders(CommandContext context, RunFolders folders, string[] names)
    {
        var runs = new List<ComparedRun>();
        foreach (string folder in names.Select(folders.Find).Distinct())
        {
            RunConfiguration configuration = RunFolders.Written(folder);
            RunSummary summary = RunSummary.Read(folder, configuration);
            if (runs.Find(other => summary.IsSameRun(other.Summary))?.Summary.Folder is { } first)
            {
                context.Error.WriteLine($"warning: {folder} holds the same run as {first}, and is left out.");
                continue;
            }

            string predictions = Path.Combine(folder, PredictionFile.TestName);
            runs.Add(new ComparedRun(configuration, summary, () => Task.FromResult(File.Exists(predictions) ? PredictionFile.Read(predictions) : null)));
        }

        return [.. runs];
    }

    private static async Task<ComparedRun[]> OfClusterAsync(ClusterConnection cluster, string[] names)
    {
        var found = new List<RegisteredRun>();
        foreach (string name in names)
        {
            found.Add(await ClusterRuns.FindAsync(cluster, name));
        }

        return await Task.WhenAll(found.DistinctBy(run => run.Configuration.Name).Select(async run =>
            new ComparedRun(run.Configuration, await ClusterRuns.SummaryAsync(cluster, run), () => ClusterRuns.PredictionsAsync(cluster, run))));
    }

    private static async Task<CommandOutcome> CompareAsync(CommandContext context, ComparedRun[] runs, OutputFormat format, bool keepPictures)
    {
        RunConfiguration[] configurations = [.. runs.Select(run => run.Configuration)];
        IReadOnlyList<RunComparison> rows = RunComparison.Of([.. runs.Select(run => (run.Configuration, run.Summary))]);
        var report = new AgreementReport(configurations, run => runs[run].Predictions(), context.Error);
        IReadOnlyList<KeyValuePair<int, AgreementMatrix>> agreement = await report.MakeAsync();
        IReadOnlyList<ChangedKey> changed = ChangedKey.Of(configurations);
        foreach ((int run, AgreementMatrix matrix) in keepPictures ? agreement : [])
        {
            WritePicture(context, Path.Combine(runs[run].Summary.Folder, "agreement.png"), matrix, configurations[run].Name);
        }

        // By name, or by folder where runs share one.
        string LabelOf(int run) => configurations.Count(other => other.Name == configurations[run].Name) == 1
            ? configurations[run].Name
            : runs[run].Summary.Folder;
        object data = new { Rows = rows, Agreement = agreement.ToDictionary(pair => LabelOf(pair.Key), pair => pair.Value), Changed = changed };
        return new CommandOutcome(ExitCode.Ok, data, console =>
        {
            if (format == OutputFormat.Markdown)
            {
                ComparisonTable.WriteMarkdown(context.Output, rows);
                return; // the table alone, to be put into a document
            }

            ComparisonTable.WriteText(console, rows);
            foreach (ChangedKey key in changed)
            {
                ResultTable.Line(console, $"{key.Key}: {string.Join(" | ", key.Values)}");
            }

            WriteAgreement(console, LabelOf, agreement);
        });
    }

    private static void WritePicture(CommandContext context, string path, AgreementMatrix matrix, string run)
    {
        try
        {
            AgreementPicture.Write(path, matrix, run);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or TypeInitializationException or DllNotFoundException)
        {
            context.Error.WriteLine($"warning: {path} could not be written: {NativeFault.CauseOf(failure).Message}");
        }
    }

    private static void WriteAgreement(IAnsiConsole console, Func<int, string> labelOf, IReadOnlyList<KeyValuePair<int, AgreementMatrix>> agreement)
    {
        foreach ((int run, AgreementMatrix matrix) in agreement)
        {
            string cells = string.Join("  ", matrix.Right.Select((right, column) =>
                $"{matrix.Column(column)} {Figures.Percent((right + matrix.Wrong[column]) / 100)} of which kept {Figures.Percent(matrix.Kept(column))}"));
            ResultTable.Line(console, $"agreement of {labelOf(run)}: {cells}");
        }
    }
}
