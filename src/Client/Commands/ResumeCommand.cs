using System.CommandLine;
using Actors.Client.Configuration;
using Actors.Client.Running;
using Actors.Contracts.Runs;
using Actors.Grains.Runs;

namespace Actors.Client.Commands;

/// <summary><c>actors resume</c>.</summary>
internal static class ResumeCommand
{
    public static Command Create(CommandContext context)
    {
        Argument<string> run = CommonOptions.Run();
        Option<string> output = CommonOptions.Folder();
        Option<OutputFormat> format = CommonOptions.Format();
        var command = new Command("resume", "Go on with a stopped or failed run from its last whole checkpoint.\n\nExample:\n  actors resume av-digits") { run, output, format };
        command.SetAction((parsed, cancellation) => CommandRunner.RunAsync(context, parsed.GetValue(format), () =>
        {
            string folder = new RunFolders(parsed.GetRequiredValue(output)).Find(parsed.GetRequiredValue(run));
            ConfigurationReading reading = RunFolders.Configuration(folder, checkMachine: true);
            if (RunSummary.Of(folder, reading.Configuration, RunHistory.Read(folder)).Status == RunStatus.Completed)
            {
                throw new CommandFailure(ExitCode.BadInput, $"Run '{reading.Configuration.Name}' is completed; there is nothing to go on with. See it with: actors show {folder}");
            }

            if (RunLock.IsHeld(folder))
            {
                throw new CommandFailure(ExitCode.BadInput, $"Run '{reading.Configuration.Name}' is under way in another process. See it with: actors show {folder}");
            }

            return TrainCommand.TrainAsync(context, [new TrainingOrder(reading.Configuration, folder, Resume: true)], cancellation);
        }));
        return command;
    }
}
