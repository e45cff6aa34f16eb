using Actors.Client.Commands;
using Actors.Client.Configuration;
using Actors.Client.Display;
using Actors.Client.Running;
using Actors.Contracts.Events;
using Actors.Contracts.Runs;

namespace Actors.Client.Cluster;

/// <summary>Finds runs in a cluster as <see cref="RunFolders"/> does in a folder.</summary>
internal static class ClusterRuns
{
    /// <summary>Finds a run by name, or a beginning of its name that only it has.</summary>
    /// <exception cref="CommandFailure">No run, or several.</exception>
    public static async Task<RegisteredRun> FindAsync(ClusterConnection cluster, string run)
    {
        IReadOnlyList<RegisteredRun> runs = await cluster.AskAsync(asked => asked.Directory.ListAsync());
        string[] names = [.. runs.Select(one => one.Configuration.Name)];
        string[] matches = names.Contains(run) ? [run] : [.. names.Where(name => name.StartsWith(run, StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
        return matches switch
        {
            [string one] => runs.Single(known => known.Configuration.Name == one),
            [] => throw new CommandFailure(
                ExitCode.BadInput,
                $"No run '{run}' is in the cluster. {(names.Length == 0 ? "It has no run. Start one: actors start CONFIG --cluster ADDRESS" : NearestName.Hint(run, names))}"),
            _ => throw new CommandFailure(ExitCode.BadInput, $"'{run}' must begin the name of one run, but begins {matches.Length}: {string.Join(", ", matches)}."),
        };
    }

    /// <summary>How a run stands: from its grain while that lives, from the cluster's list alone after that.</summary>
    public static async Task<(RunOutline Outline, RunSummary Summary)> ShowAsync(ClusterConnection cluster, RegisteredRun run)
    {
        try
        {
            IRunGrain grain = cluster.Run(run.Configuration.Name);
            RunSnapshot snapshot = await cluster.AskAsync(_ => grain.GetAsync());
            IReadOnlyList<RunEvent> history = await cluster.AskAsync(_ => grain.HistoryAsync());
            return (GrainTrainer.Outline(run.Configuration, run.Folder, snapshot), WatchSession.Summary(run, history));
        }
        catch (InvalidOperationException)
        {
            return (new RunOutline(run.Configuration, run.Folder, null), WatchSession.Summary(run, []));
        }
    }
}
