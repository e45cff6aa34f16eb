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
        var command = new Command("evaluate", "Evaluate a run's best checkpoint on the test split.\n\nExample:\n  actors evaluate av-digits") { run, output, format };
        command.SetAction((parsed, cancellation) => CommandRunner.RunAsync(context, parsed.GetValue(format), async () =>
        {
            string folder = new RunFolders(parsed.GetRequiredValue(output)).Find(parsed.GetRequiredValue(run));
            ConfigurationReading reading = RunFolders.Configuration(folder, checkMachine: true);
            await using ITrainer trainer = context.StartTrainer();
            EvaluationEvent evaluation = await trainer.EvaluateAsync(new TrainingOrder(reading.Configuration, folder, Resume: true), cancellation);
            RunSummary summary = RunSummary.Of(folder, reading.Configuration, RunHistory.Read(folder)) with
            {
                Validation = null,
                Test = evaluation,
            };
            return new CommandOutcome(ExitCode.Ok, evaluation, console => ResultTable.Write(console, summary));
        }));
        return command;
    }
}
