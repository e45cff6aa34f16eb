using System.CommandLine;
using System.CommandLine.Help;
using Actors.Silo.Settings;

namespace Actors.Client.Commands;

/// <summary>The commands of <c>actors</c>.</summary>
internal static class CommandTree
{
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, CommandContext context)
    {
        RootCommand root = Create(context);
        ParseResult parsed = root.Parse(arguments);
        if (parsed.Errors.Count > 0 && parsed.Action is not HelpAction and not VersionAction)
        {
            bool isJson = arguments.Zip(arguments.Skip(1)).Contains(("--format", "json")) || arguments.Contains("--format=json");
            OutputFormat format = isJson ? OutputFormat.Json : OutputFormat.Text;
            string path = parsed.CommandResult.Command is RootCommand ? "actors" : $"actors {parsed.CommandResult.Command.Name}";
            return CommandRunner.Fail(context, format, new CommandFailure(
                ExitCode.BadInput,
                $"The command line is not understood. See: {path} --help",
                [.. parsed.Errors.Select(error => ClusterAddress.Masked(error.Message, parsed))]));
        }

        return await parsed.InvokeAsync(new InvocationConfiguration
        {
            Output = context.Output,
            Error = context.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null, // Ctrl-C is a run's to handle, see StopSignals
        });
    }

    public static RootCommand Create(CommandContext context)
    {
        var root = new RootCommand("Trains multimodal classifiers and balances their modalities.\n\nExample:\n  actors train examples/av-digits.yaml")
        {
            TrainCommand.Create(context),
            ResumeCommand.Create(context),
            EvaluateCommand.Create(context),
            ListCommand.Create(context),
            ShowCommand.Create(context),
            CompareCommand.Create(context),
            ConfigCommand.Create(context),
            MethodsCommand.Create(context),
            DoctorCommand.Create(context),
            StartCommand.Create(context),
            WatchCommand.Create(context),
            StopCommand.Create(context),
            ForgetCommand.Create(context),
            NodesCommand.Create(context),
            ProfilesCommand.Create(context),
        };
        root.Options.OfType<VersionOption>().Single().Action = new VersionAction(context);
        return root;
    }
}
