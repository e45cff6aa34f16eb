using System.CommandLine;
using Actors.Client.Commands;
using Actors.Silo.Settings;

namespace Actors.Client.Cluster;

/// <summary>The options that say which cluster a command speaks to; one of these belongs to one command.</summary>
internal sealed class ClusterSelection
{
    /// <summary>Environment variable with the address, where no option names a cluster.</summary>
    public const string Variable = "ACTORS_CLUSTER";

    /// <summary>Environment variable with a profile's name, where neither an option nor <see cref="Variable"/> names a cluster.</summary>
    public const string ProfileVariable = "ACTORS_PROFILE";

    private readonly Option<string?> address = new("--cluster")
    {
        Description = "The cluster: HOST:PORT[,HOST:PORT] of gateways, or redis://HOST[:PORT][,PASSWORD]. "
            + $"Without a value: from environment {Variable}, or {ProfileVariable}.",
        HelpName = "ADDRESS",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> profile = new("--profile")
    {
        Description = $"The cluster of that name in profiles.yaml; 'actors profiles' lists them. Also from environment {ProfileVariable}.",
        HelpName = "NAME",
    };

    private readonly Option<string?> id = new("--cluster-id")
    {
        Description = $"Id of the cluster. Default: the profile's, or {ClusterConnection.DefaultId}.",
        HelpName = "ID",
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(address);
        command.Options.Add(profile);
        command.Options.Add(id);
    }

    /// <summary>True where <c>--cluster</c> or <c>--profile</c> is on the command line, so that a command that can do without a cluster asks one.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="folder">The option that names the folder of the runs of this machine.</param>
    /// <exception cref="CommandFailure">An option is given that means nothing with the others.</exception>
    public bool IsGiven(ParseResult parsed, Option<string> folder)
    {
        bool isGiven = Has(parsed, address) || Has(parsed, profile);
        if (!isGiven && Has(parsed, id))
        {
            throw new CommandFailure(
                ExitCode.BadInput,
                "--cluster-id means something only with --cluster or --profile. "
                + $"Add one; --cluster without a value is that of environment {Variable} or {ProfileVariable}.");
        }

        if (isGiven && Has(parsed, folder))
        {
            throw new CommandFailure(
                ExitCode.BadInput,
                "--output means something only without a cluster, which knows its runs' folders. "
                + "Remove it, or leave the cluster out for the runs of a folder that this machine sees.");
        }

        return isGiven;
    }

    /// <summary>Connects to the cluster that is meant.</summary>
    /// <exception cref="CommandFailure">No address was given, or nobody answers there.</exception>
    public Task<ClusterConnection> ConnectAsync(CommandContext context, ParseResult parsed, CancellationToken cancellation)
    {
        string? here = NotEmpty(parsed.GetValue(address)), named = NotEmpty(parsed.GetValue(profile)), wantedId = NotEmpty(parsed.GetValue(id));
        if (here is not null && named is not null)
        {
            throw new CommandFailure(
                ExitCode.BadInput,
                $"One cluster must be named, but --cluster is '{ClusterAddress.Shown(here)}' and --profile '{named}'. Give one of them.");
        }

        string? text = here ?? (named is null ? NotEmpty(context.Environment[Variable] as string) : null);
        named ??= text is null ? NotEmpty(context.Environment[ProfileVariable] as string) : null;
        if (named is not null)
        {
            ClusterProfile known = ClusterProfiles.Find(context.Environment, named);
            string chosenId = wantedId ?? known.ClusterId;
            ClusterEntrance entered = ClusterEntrance.Parse(known.Address, $"profile '{named}'");
            entered = entered with { Redis = entered.Redis is { } redis ? redis with { Password = Password(context, known) } : null };
            string profileFlag = Flag($"--profile {named}", chosenId, known.ClusterId);
            return ClusterConnection.OpenAsync(entered, chosenId, profileFlag, context.Error, context.Time, cancellation);
        }

        if (text is null)
        {
            throw new CommandFailure(
                ExitCode.BadInput,
                $"A cluster must be named: --cluster HOST:PORT, --profile NAME, or environment {Variable} or {ProfileVariable}. "
                + "To train without one: actors train CONFIG");
        }

        ClusterEntrance entrance = ClusterEntrance.Parse(text, here is null ? $"environment {Variable}" : "--cluster");
        string chosen = wantedId ?? ClusterConnection.DefaultId;
        string again = here is null ? "--cluster" : $"--cluster {entrance.Again}"; // the variable may hold a password
        string flag = Flag(again, chosen, ClusterConnection.DefaultId);
        return ClusterConnection.OpenAsync(entrance, chosen, flag, context.Error, context.Time, cancellation);
    }

    private static bool Has(ParseResult parsed, Option option) => parsed.GetResult(option) is { Implicit: false };

    private static string? NotEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static string Flag(string cluster, string id, string otherwise) => id == otherwise ? cluster : $"{cluster} --cluster-id {id}";

    private static string? Password(CommandContext context, ClusterProfile profile) => profile.PasswordVariable is not { } variable ? null
        : context.Environment[variable] is string { Length: > 0 } password ? password
        : throw new CommandFailure(
            ExitCode.BadInput,
            $"Profile '{profile.Name}' takes its password from environment {variable}, which is not set. "
            + $"Set it, or remove password_variable from {ClusterProfiles.PathOf(context.Environment)}.");
}
