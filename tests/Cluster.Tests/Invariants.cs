using System.Globalization;
using System.Security.Cryptography;
using Actors.Contracts.Events;
using Actors.Contracts.Runs;
using Actors.Grains.Tests;
using Actors.Learning.Checkpoints;

namespace Actors.Cluster.Tests;

/// <summary>What holds of a completed run whatever befell it.</summary>
internal static class Invariants
{
    /// <summary>Compares a run with the one that nothing disturbed.</summary>
    /// <param name="expected">Folder of the undisturbed run.</param>
    /// <param name="folder">Folder of the run.</param>
    /// <param name="stops">How often somebody stopped it.</param>
    public static void AssertHold(string expected, string folder, int stops = 0)
    {
        RunEvent[] told = Events(folder), undisturbed = Events(expected);

        AssertWhole(folder, told, [.. Enumerable.Repeat(RunStatus.Stopped, stops), RunStatus.Completed]);

        // Each step counts every shard's contribution once, with the same samples and the same k for all: loss, scores and k are the undisturbed run's.
        Assert.Equal(undisturbed.OfType<StepEvent>().Select(Numbers), told.OfType<StepEvent>().Select(Numbers));
        Assert.Equal(undisturbed.OfType<EvaluationEvent>().Select(Numbers), told.OfType<EvaluationEvent>().Select(Numbers));

        // The replicas were equal where they were saved, and are what they would have been.
        Assert.Equal(Hashes(expected), Hashes(folder));
        Assert.Equal(File.ReadAllText(Path.Combine(expected, "checkpoints", "best")), File.ReadAllText(Path.Combine(folder, "checkpoints", "best")));
        Assert.Equal(Hash(Path.Combine(expected, "predictions-test.csv")), Hash(Path.Combine(folder, "predictions-test.csv")));
    }

    /// <summary>
    /// Compares a run in rounds, plain averages and optimisers without momentum, that was stopped once, with the same in one thread, told who was in.
    /// </summary>
    /// <param name="configuration">The run.</param>
    /// <param name="folder">Its folder.</param>
    public static void AssertRoundsHold(RunConfiguration configuration, string folder)
    {
        RunEvent[] told = Events(folder);
        AssertWhole(folder, told, [RunStatus.Stopped]);

        // Each round counts each contribution once, and every shard is accounted for.
        RoundEvent[] rounds = [.. told.OfType<RoundEvent>()];
        Assert.Equal(Enumerable.Range(0, rounds.Length).Select(n => (long)n), rounds.Select(round => round.Round));
        Assert.All(rounds, round => Assert.Equal(round.ParticipantCount - round.Lost.Length - round.Late.Length, round.ContributionCount));
        Assert.All(rounds, round => Assert.Equal(configuration.Training.Shards, round.ParticipantCount + round.Away.Length));

        // Nothing of those who were lost is in it.
        long newest = told[^1].Step;
        SortedDictionary<string, float[]> saved = Weights.Of(folder, newest, withOptimizer: true);
        Weights.AssertSameBits(
            LocalRun.Train(configuration, newest, (round, shard) => !rounds[round].Lost.Concat(rounds[round].Late).Concat(rounds[round].Away).Contains(shard)),
            Weights.Of(folder, newest));

        // A replica was what the aggregators hold.
        float[] Sorted(Func<string, bool> of) => [.. saved.Where(pair => of(pair.Key)).SelectMany(pair => pair.Value).Order()];
        Assert.Equal(
            Sorted(name => !name.StartsWith("server.", StringComparison.Ordinal) && !name.StartsWith("optimizer.", StringComparison.Ordinal)),
            Sorted(name => name.StartsWith("server.", StringComparison.Ordinal)));
    }

    /// <summary>A run's events as its folder has them.</summary>
    public static RunEvent[] Events(string folder) => [.. File.ReadLines(Path.Combine(folder, "metrics.jsonl")).Select(RunEventJson.Read)];

    /// <summary>A run's events while they are written.</summary>
    public static RunEvent[] Told(string folder)
    {
        string path = Path.Combine(folder, "metrics.jsonl");
        string text = File.Exists(path) ? File.ReadAllText(path) : "";
        string whole = text[..(text.LastIndexOf('\n') + 1)]; // the last line may be half written, and end with a modality's brace
        return [.. whole.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line is ['{', .., '}']).Select(RunEventJson.Read)];
    }

    /// <summary>What a run told of itself, without the steps; also while it is written.</summary>
    public static string Story(string folder) =>
        string.Join('\n', Told(folder).OfType<StatusEvent>()
            .Select(told => string.Create(CultureInfo.InvariantCulture, $"{told.Time:HH:mm:ss.fff} step {told.Step} {told.Status}: {told.Message}")));

    private static void AssertWhole(string folder, RunEvent[] told, RunStatus[] ends)
    {
        // Nothing is told twice or left out, and no counter goes back.
        Assert.Equal(Enumerable.Range(0, told.Length).Select(n => (long)n), told.Select(e => e.Sequence));
        Assert.Equal(told.Select(e => e.Step).Order(), told.Select(e => e.Step));

        // One final status for each end, and the last is the last word.
        StatusEvent[] final = [.. told.OfType<StatusEvent>().Where(e => e.Status.IsFinal())];
        Assert.Equal(ends, final.Select(e => e.Status));
        Assert.Same(told[^1], final[^1]);

        // No draft is left, and what is called a checkpoint is one.
        string checkpoints = Path.Combine(folder, "checkpoints");
        Assert.Empty(Directory.EnumerateFileSystemEntries(checkpoints, ".*"));
        var store = new CheckpointStore(checkpoints);
        Assert.All(store.Steps(), step => store.Open(step));
    }

    private static string Numbers(StepEvent e) => RunEventJson.Write(e with { Sequence = 0, Time = default, SamplesPerSecond = 0 });

    private static string Numbers(EvaluationEvent e) => RunEventJson.Write(e with { Sequence = 0, Time = default });

    /// <summary>SHA-256 of every module and optimiser of the newest checkpoint.</summary>
    private static SortedDictionary<string, string> Hashes(string folder)
    {
        string newest = Directory.GetDirectories(Path.Combine(folder, "checkpoints"), "step=*").Order(StringComparer.Ordinal).Last();
        string name = Path.GetFileName(newest);
        return new(Directory.GetFiles(newest, "*.safetensors").ToDictionary(file => $"{name}/{Path.GetFileName(file)}", Hash), StringComparer.Ordinal);
    }

    private static string Hash(string file) => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)));
}
