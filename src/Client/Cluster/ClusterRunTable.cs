using Actors.Client.Commands;
using Actors.Client.Display;
using Actors.Contracts.Runs;
using Spectre.Console;

namespace Actors.Client.Cluster;

/// <summary>The runs of a cluster, for people and for programs.</summary>
internal static class ClusterRunTable
{
    /// <param name="runs">The runs that were chosen.</param>
    /// <param name="none">What is said where there is none.</param>
    public static CommandOutcome Tell(IReadOnlyList<RegisteredRun> runs, string none) =>
        new(ExitCode.Ok, runs.Select(Fields).ToArray(), console => Write(console, runs, none));

    private static object Fields(RegisteredRun run) => new
    {
        run.Configuration.Name,
        run.Status,
        Method = run.Configuration.Method.Name,
        run.Configuration.Seed,
        run.Step,
        run.TotalSteps,
        run.FirstCause,
        run.Folder,
        run.Token,
        run.Started,
        run.Changed,
    };

    private static void Write(IAnsiConsole console, IReadOnlyList<RegisteredRun> runs, string none)
    {
        if (runs.Count == 0)
        {
            ResultTable.Line(console, none);
            return;
        }

        Table table = RoundedTable.For(console);
        table.AddColumns("run", "status", "method", "seed", "step", "started (UTC)", "changed (UTC)");
        foreach (RegisteredRun run in runs)
        {
            table.AddRow(
                Markup.Escape(run.Configuration.Name),
                run.Status.Word(),
                Markup.Escape(run.Configuration.Method.Name),
                Figures.Whole(run.Configuration.Seed),
                run.TotalSteps == 0 ? Figures.Whole(run.Step) : $"{run.Step}/{run.TotalSteps}",
                $"{run.Started.UtcDateTime:yyyy-MM-dd HH:mm}",
                $"{run.Changed.UtcDateTime:yyyy-MM-dd HH:mm}");
        }

        console.Write(table);
        foreach (RegisteredRun run in runs.Where(run => run.FirstCause is not null))
        {
            ResultTable.Line(console, $"{run.Configuration.Name}: {run.FirstCause}");
        }
    }
}
