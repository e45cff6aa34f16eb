using System.CommandLine;
using Actors.Client.Configuration;

namespace Actors.Client.Commands;

/// <summary><c>actors config</c>.</summary>
internal static class ConfigCommand
{
    public static Command Create(CommandContext context)
    {
        Argument<string> file = CommonOptions.Configuration();
        Option<string[]> set = CommonOptions.Set();
        Option<OutputFormat> format = CommonOptions.Format();
        var command = new Command(
            "config",
            "Print a configuration with every default filled in, as YAML that reads back to the same.\n\nExample:\n"
            + "  actors config examples/av-digits.yaml --set method.name=joint") { file, set, format };
        command.SetAction((parsed, _) => CommandRunner.RunAsync(context, parsed.GetValue(format), () =>
        {
            ConfigurationReading reading = ConfigurationReader.Read(new ConfigurationSource
            {
                File = parsed.GetRequiredValue(file),
                Environment = context.Environment,
                Set = parsed.GetValue(set) ?? [],
            });
            // Written as it is: a table's width must not fold YAML.
            return Task.FromResult(new CommandOutcome(
                ExitCode.Ok, reading.Configuration, _ => context.Output.Write(RunConfigurationWriter.Write(reading.Configuration))));
        }));
        return command;
    }
}
