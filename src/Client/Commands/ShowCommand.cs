using System.CommandLine;
using Actors.Client.Artifacts;
using Actors.Client.Configuration;
using Actors.Client.Display;
using Actors.Client.Running;

namespace Actors.Client.Commands;

/// <summary><c>actors show</c>.</summary>
internal static class ShowCommand
{
    public static Command Create(CommandContext context)
    {
        Argument<string> run = CommonOptions.Run();
        Option<string> output = CommonOptions.Folder();
        Option<OutputFormat> format = CommonOptions.Format();
        var command = new Command("show", "Show how a run stands or ended.\n\nExample:\n  actors show av-digits") { run, output, format };
        command.SetAction((parsed, _) => CommandRunner.RunAsync(context, parsed.GetValue(format), () =>
        {
            string folder = new RunFolders(parsed.GetRequiredValue(output)).Find(parsed.GetRequiredValue(run));
            ConfigurationReading reading = RunFolders.Configuration(folder);
            RunReport.Write(folder, context.Error);
            RunSummary summary = RunSummary.Of(folder, reading.Configuration, RunHistory.Read(folder));
            return Task.FromResult(new CommandOutcome(ExitCode.Ok, summary, console =>
            {
                foreach ((string name, string value) in new RunOutline(reading.Configuration, folder, null).Lines())
                {
                    ResultTable.Line(console, $"{name,-11}{value}");
                }

                ResultTable.Write(console, summary);
            }));
        }));
        return command;
    }
}
