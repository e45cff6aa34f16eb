using System.CommandLine;
using Actors.Client.Commands;

namespace Actors.Client.Cluster;

/// <summary>The options that say which cluster a command speaks to; one of these belongs to one command.</summary>
internal sealed class ClusterSelection
{
    /// <summary>Environment variable with the address, where <c>--cluster</c> names none.</summary>
    public const string Variable = "ACTORS_CLUSTER";

    private readonly Option<string?> address = new("--cluster")
    {
        Description = $"The cluster: HOST:PORT[,HOST:PORT] of gateways, or redis://HOST[:PORT][,PASSWORD]. Without a value: from environment {Variable}.",
        HelpName = "ADDRESS",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string> id = new("--cluster-id") { Description = "Id of the cluster.", HelpName = "ID", DefaultValueFactory = _ => ClusterConnection.DefaultId };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(address);
        command.Options.Add(id);
    }

    /// <summary>True where <c>--cluster</c> is on the command line, so that a command that can do without a cluster asks one.</summary>
    public bool IsGiven(ParseResult parsed) => parsed.GetResult(address) is { Implicit: false };

    /// <summary>Connects to the cluster that is meant.</summary>
    /// <exception cref="CommandFailure">No address was given, or nobody answers there.</exception>
    public Task<ClusterConnection> ConnectAsync(CommandContext context, ParseResult parsed, CancellationToken cancellation)
    {
        string? text = parsed.GetValue(address) is { Length: > 0 } given ? given : context.Environment[Variable] as string;
        return string.IsNullOrEmpty(text)
            ? throw new CommandFailure(ExitCode.BadInput, $"A cluster must be named: --cluster HOST:PORT, or environment {Variable}. To train without one: actors train CONFIG")
            : ClusterConnection.OpenAsync(ClusterAddress.Parse(text), parsed.GetRequiredValue(id), cancellation);
    }
}
