using System.CommandLine;
using Actors.Client.Cluster;
using Actors.Client.Display;
using Spectre.Console;

namespace Actors.Client.Commands;

/// <summary><c>actors profiles</c>.</summary>
internal static class ProfilesCommand
{
    public static Command Create(CommandContext context)
    {
        Option<OutputFormat> format = CommonOptions.Format();
        var command = new Command(
            "profiles",
            "List the clusters that have a name, for --profile NAME.\n\nExample:\n"
            + "  actors profiles\n"
            + "  actors list --profile lab") { format };
        command.SetAction((parsed, _) => CommandRunner.RunAsync(context, parsed.GetValue(format), () =>
        {
            IReadOnlyList<ClusterProfile> profiles = ClusterProfiles.Read(context.Environment);
            string file = ClusterProfiles.PathOf(context.Environment);
            return Task.FromResult(new CommandOutcome(
                ExitCode.Ok, new { File = file, Profiles = profiles }, console => Write(console, context, file, profiles)));
        }));
        return command;
    }

    private static void Write(IAnsiConsole console, CommandContext context, string file, IReadOnlyList<ClusterProfile> profiles)
    {
        if (profiles.Count == 0)
        {
            ResultTable.Line(console, $"No profile is in {file}; docs/cluster.md shows one.");
            return;
        }

        Table table = RoundedTable.For(console);
        table.AddColumns("profile", "cluster", "cluster id", "password from");
        foreach (ClusterProfile profile in profiles)
        {
            string password = profile.PasswordVariable is not { } variable ? "-"
                : context.Environment[variable] is string { Length: > 0 } ? variable
                : $"{variable} (not set)";
            table.AddRow(Markup.Escape(profile.Name), Markup.Escape(profile.Address), Markup.Escape(profile.ClusterId), Markup.Escape(password));
        }

        console.Write(table);
    }
}
