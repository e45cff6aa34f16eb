using System.CommandLine;
using Actors.Client.Configuration;
using Actors.Client.Display;
using Actors.Client.Running;
using Actors.Contracts.Events;

namespace Actors.Client.Commands;

/// <summary><c>actors evaluate</c>.</summary>
internal static class EvaluateCommand
{
    public static Command Create(CommandContext context)
    {
        Argument<string> run = CommonOptions.Run();
        Option<string> output = CommonOptions.Folder();
        Option<OutputFormat> format = CommonOptions.Format();
        var command = new Command("evaluate", "Evaluate a run's best checkpoint on validation and test.\n\nExample:\n  actors evaluate av-digits") { run, output, format };
        command.SetAction((parsed, cancellation) => CommandRunner.RunAsync(context, parsed.GetValue(format), async () =>
        {
            string folder = new RunFolders(parsed.GetRequiredValue(output)).Find(parsed.GetRequiredValue(run));
            ConfigurationReading reading = RunFolders.Configuration(folder, checkMachine: true);
            await using ITrainer trainer = context.StartTrainer();
            IReadOnlyList<EvaluationEvent> evaluations = await trainer.EvaluateAsync(new TrainingOrder(reading.Configuration, folder, Resume: true), cancellation);
            RunSummary summary = RunSummary.Of(folder, reading.Configuration, RunHistory.Read(folder)) with
            {
                Validation = evaluations.LastOrDefault(evaluation => evaluation.Split == "validation"),
                Test = evaluations.LastOrDefault(evaluation => evaluation.Split == "test"),
            };
            return new CommandOutcome(ExitCode.Ok, evaluations, console => ResultTable.Write(console, summary));
        }));
        return command;
    }
}
