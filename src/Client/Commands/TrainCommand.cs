using System.CommandLine;
using Actors.Client.Configuration;
using Actors.Client.Display;
using Actors.Client.Running;
using Actors.Contracts.Runs;

namespace Actors.Client.Commands;

/// <summary><c>actors train</c>.</summary>
internal static class TrainCommand
{
    public static Command Create(CommandContext context)
    {
        Argument<string> file = CommonOptions.Configuration();
        Option<string[]> set = CommonOptions.Set();
        Option<string?> name = new("--name") { Description = "Name of the run; its folder is named after it.", HelpName = "NAME" };
        Option<string> output = CommonOptions.Folder();
        Option<string?> seeds = new("--seeds")
        {
            Description = "Train once per seed, 0..4 or 1,5,9, and compare; the runs are named NAME-seed0 and so on.",
            HelpName = "0..4",
        };
        Option<OutputFormat> format = CommonOptions.FormatWithMarkdown();
        var command = new Command(
            "train",
            "Train a model on this machine.\n\nExample:\n"
            + "  actors train examples/av-digits.yaml --set training.epochs=3 --name short\n"
            + "  actors train examples/av-digits.yaml --seeds 0..4 --format markdown")
        {
            file, set, name, output, seeds, format,
        };
        command.SetAction((parsed, cancellation) => CommandRunner.RunAsync(context, parsed.GetValue(format), async () =>
        {
            await using ITrainer trainer = context.StartTrainer();
            ConfigurationReading reading = ConfigurationReader.Read(new ConfigurationSource
            {
                File = parsed.GetRequiredValue(file),
                Environment = context.Environment,
                Set = parsed.GetValue(set) ?? [],
                Name = parsed.GetValue(name),
                CheckMachine = true,
            });
            IReadOnlyList<RunConfiguration> runs = parsed.GetValue(seeds) is { } range
                ? [.. SeedRange.Parse(range).Select(seed => reading.Configuration with { Name = $"{reading.Configuration.Name}-seed{seed}", Seed = seed })]
                : [reading.Configuration];
            if (runs.Select(run => run.Name).MaxBy(made => made.Length) is { Length: > RunConfigurationReader.MostNameLength } longest)
            {
                throw new CommandFailure(
                    ExitCode.BadInput,
                    $"A run's name must be at most {RunConfigurationReader.MostNameLength} characters, its seed included, "
                    + $"but '{longest}' has {longest.Length}. Nothing was started. Give a shorter one with --name.");
            }

            var folders = new RunFolders(parsed.GetRequiredValue(output));
            // All are made before the first trains, so that a name that is taken is told now and not hours later.
            TrainingOrder[] orders = [.. folders.Create(runs).Zip(runs, (folder, run) => new TrainingOrder(run, folder, Resume: false, reading.OriginOf))];
            return await TrainAsync(context, trainer, orders, parsed.GetValue(format), cancellation);
        }));
        return command;
    }

    /// <summary>Trains one run after the other, ends the trainer, and tells how they ended.</summary>
    public static async Task<CommandOutcome> TrainAsync(
        CommandContext context, ITrainer trainer, IReadOnlyList<TrainingOrder> orders, OutputFormat format, CancellationToken cancellation)
    {
        using StopSignals stop = context.ListenToSignals();
        await using ITrainer ending = trainer; // until it has ended, signals are this command's
        IRunDisplay display = context.IsErrorTerminal ? new LiveRunDisplay(context.ErrorConsole(), context.Time) : new PlainRunDisplay(context.Error);
        var summaries = new List<RunSummary>();
        ExitCode exitCode = ExitCode.Ok;
        try
        {
            var session = new RunSession(trainer, display, context.Error);
            foreach (TrainingOrder order in orders)
            {
                (RunSummary summary, ExitCode ended) = await session.TrainAsync(order, stop, cancellation);
                summaries.Add(summary);
                exitCode = exitCode == ExitCode.Ok ? ended : exitCode;
                if (stop.ExitCode is { } signal)
                {
                    exitCode = exitCode == ExitCode.Ok && summaries.Count < orders.Count ? signal : exitCode; // the run completed, but the others did not begin
                    break;
                }
            }
        }
        finally
        {
            foreach (TrainingOrder order in orders.Where(order => !order.Resume))
            {
                RunFolders.Discard(order.Folder);
            }
        }

        IReadOnlyList<RunComparison> comparison = RunComparison.Of([.. orders.Zip(summaries, (order, summary) => (order.Configuration, summary))]);
        return new CommandOutcome(
            exitCode,
            orders.Count == 1 ? summaries[0] : new { Runs = summaries, Comparison = comparison },
            console =>
            {
                if (format == OutputFormat.Markdown)
                {
                    ComparisonTable.WriteMarkdown(context.Output, comparison);
                    return; // the table alone, to be put into a document
                }

                summaries.ForEach(summary => ResultTable.Write(console, summary));
                if (orders.Count > 1)
                {
                    ComparisonTable.WriteText(console, comparison);
                }
            });
    }
}
