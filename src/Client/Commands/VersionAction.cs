using System.CommandLine;
using System.CommandLine.Invocation;

namespace Actors.Client.Commands;

/// <summary><c>actors --version</c>.</summary>
internal sealed class VersionAction(CommandContext context) : SynchronousCommandLineAction
{
    public override int Invoke(ParseResult parseResult)
    {
        foreach ((string name, string version) in VersionReport.Lines())
        {
            context.Output.WriteLine($"{name,-11}{version}");
        }

        return (int)ExitCode.Ok;
    }
}
