using System.CommandLine;
using Actors.Client.Diagnosis;
using Actors.Client.Display;

namespace Actors.Client.Commands;

/// <summary><c>actors doctor</c>.</summary>
internal static class DoctorCommand
{
    public static Command Create(CommandContext context)
    {
        Option<string> output = CommonOptions.Folder();
        Option<OutputFormat> format = CommonOptions.Format();
        var command = new Command("doctor", "Check what this machine has for training.\n\nExample:\n  actors doctor") { output, format };
        command.SetAction((parsed, _) => CommandRunner.RunAsync(context, parsed.GetValue(format), () =>
        {
            IReadOnlyList<Finding> findings = MachineDiagnosis.Run(context, parsed.GetRequiredValue(output));
            ExitCode exitCode = findings.Any(finding => finding.Level == FindingLevel.Fail) ? ExitCode.Failed : ExitCode.Ok;
            return Task.FromResult(new CommandOutcome(exitCode, findings, console =>
            {
                foreach (Finding finding in findings)
                {
                    string remedy = finding.Remedy is null ? "" : $" {finding.Remedy}";
                    ResultTable.Line(console, $"{finding.Level.ToString().ToLowerInvariant(),-5} {finding.Subject,-10}{finding.Message}{remedy}");
                }
            }));
        }));
        return command;
    }
}
