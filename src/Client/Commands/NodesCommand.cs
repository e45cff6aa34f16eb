using System.CommandLine;
using Actors.Client.Cluster;
using Actors.Client.Display;
using Actors.Contracts.Cluster;
using Spectre.Console;

namespace Actors.Client.Commands;

/// <summary><c>actors nodes</c>.</summary>
internal static class NodesCommand
{
    private const string VersionLabel = "version";

    public static Command Create(CommandContext context)
    {
        Option<OutputFormat> format = CommonOptions.Format();
        var cluster = new ClusterSelection();
        var command = new Command("nodes", "List the silos of a cluster, the oldest first.\n\nExample:\n  actors nodes --cluster localhost:30000") { format };
        cluster.AddTo(command);
        command.SetAction((parsed, cancellation) => CommandRunner.RunAsync(context, parsed.GetValue(format), async () =>
        {
            await using ClusterConnection connection = await cluster.ConnectAsync(context, parsed, cancellation);
            IReadOnlyList<SiloDescription> silos = await connection.AskAsync(asked => asked.Cluster.SilosAsync()).WaitAsync(cancellation);
            return new CommandOutcome(ExitCode.Ok, silos, console => Write(console, silos));
        }));
        return command;
    }

    private static void Write(IAnsiConsole console, IReadOnlyList<SiloDescription> silos)
    {
        Table table = RoundedTable.For(console);
        table.AddColumns("address", "gateway", "name", "host", "status", "version", "labels", "started (UTC)");
        foreach (SiloDescription silo in silos)
        {
            string labels = string.Join(" ", silo.Labels.Where(label => label.Key != VersionLabel).Select(label => $"{label.Key}={label.Value}"));
            table.AddRow(
                Markup.Escape(silo.Address),
                silo.GatewayPort == 0 ? "-" : $"{silo.GatewayPort}",
                Markup.Escape(silo.Name),
                Markup.Escape(silo.Host),
                silo.Status,
                Markup.Escape(silo.Labels.GetValueOrDefault(VersionLabel, "-")),
                Markup.Escape(labels),
                silo.Started.UtcDateTime.ToString("yyyy-MM-dd HH:mm"));
        }

        console.Write(table);
    }
}
