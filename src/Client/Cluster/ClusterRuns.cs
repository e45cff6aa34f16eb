using Actors.Client.Commands;
using Actors.Client.Configuration;
using Actors.Client.Display;
using Actors.Client.Running;
using Actors.Contracts.Events;
using Actors.Contracts.Runs;
using Actors.Learning.Evaluation;

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
        string name = new RunNames("the cluster", names, "It has no run. Start one: actors start CONFIG --cluster ADDRESS").Find(run);
        return runs.Single(known => known.Configuration.Name == name);
    }

    /// <summary>A run as it is when its placement is changed.</summary>
    /// <param name="run">The run as the cluster has it.</param>
    /// <param name="set"><c>--set</c>s of the placement.</param>
    /// <exception cref="ConfigurationException">One is at fault.</exception>
    public static RegisteredRun Changed(RegisteredRun run, IReadOnlyList<string> set)
    {
        if (set.Count == 0)
        {
            return run;
        }

        ConfigurationReading changed = ConfigurationReader.Read(new ConfigurationSource
        {
            File = Path.Combine(run.Folder, RunFiles.Configuration),
            Text = RunConfigurationWriter.Write(run.Configuration),
            Set = set,
            IsBegun = true,
            AsWritten = true,
        });
        return run with { Configuration = run.Configuration with { Placement = changed.Configuration.Placement } };
    }

    /// <summary>How a run stands: from its grain while that lives, from its folder after that; where it computed its grain keeps.</summary>
    public static async Task<(RunOutline Outline, RunSummary Summary)> ShowAsync(ClusterConnection cluster, RegisteredRun run)
    {
        string name = run.Configuration.Name;
        var outline = new RunOutline(run.Configuration, run.Folder, null);
        try
        {
            outline = GrainTrainer.Outline(run.Configuration, run.Folder, await cluster.AskAsync(asked => asked.Run(name).GetAsync()));
            IReadOnlyList<RunEvent> history = await cluster.AskAsync(asked => asked.Run(name).HistoryAsync());
            return (outline, WatchSession.Summary(run, history).Evaluated(await EvaluationAsync(cluster, run)));
        }
        catch (InvalidOperationException)
        {
            return (outline, await SummaryAsync(cluster, run));
        }
    }

    /// <summary>A run in a few figures, from its folder, which a silo reads.</summary>
    public static async Task<RunSummary> SummaryAsync(ClusterConnection cluster, RegisteredRun run) =>
        WatchSession.Summary(run, await cluster.AskAsync(asked => asked.Folder(run.Configuration.Name).SummaryAsync()))
            .Evaluated(await EvaluationAsync(cluster, run));

    /// <summary>What a run predicted on test, from its folder, which a silo reads; null where it was not tested.</summary>
    public static async Task<SplitPredictions?> PredictionsAsync(ClusterConnection cluster, RegisteredRun run)
    {
        using var read = new MemoryStream();
        byte[] piece;
        do
        {
            piece = await cluster.AskAsync(asked => asked.Folder(run.Configuration.Name).PredictionsAsync(read.Length));
            read.Write(piece);
        }
        while (piece.Length > 0);
        read.Position = 0;
        using var text = new StreamReader(read);
        return read.Length == 0 ? null : PredictionFile.Read(text, Path.Combine(run.Folder, PredictionFile.TestName));
    }

    /// <summary>Has the cluster evaluate a run's best checkpoint on test.</summary>
    /// <exception cref="CommandFailure">The run is under way, or the answer was lost.</exception>
    public static async Task<EvaluationEvent> EvaluateAsync(ClusterConnection cluster, RegisteredRun run, CancellationToken cancellation)
    {
        string name = run.Configuration.Name;
        try
        {
            var order = new RunOrder { Configuration = run.Configuration, Folder = run.Folder, Resume = true };
            return await cluster.AskLongAsync(asked => asked.Run(name).EvaluateAsync(order), cancellation);
        }
        catch (SiloUnavailableException lost)
        {
            throw new CommandFailure(
                ExitCode.CannotConnect,
                $"The answer was lost while the cluster evaluated run '{name}': {lost.Message.Split('\n', 2)[0].Trim()} "
                + $"Ask again; it is refused for as long as the cluster evaluates it all the same. See: actors nodes {cluster.Flag}");
        }
        catch (InvalidOperationException refused)
        {
            throw new CommandFailure(ExitCode.BadInput, refused.Message);
        }
        catch (Exception failure) when (ClusterConnection.IsLost(failure))
        {
            throw cluster.Lost(failure);
        }
    }

    private static Task<EvaluationEvent?> EvaluationAsync(ClusterConnection cluster, RegisteredRun run) =>
        cluster.AskAsync(asked => asked.Folder(run.Configuration.Name).EvaluationAsync());
}
