using Actors.Contracts.Runs;
using Actors.Learning.Balancing;

namespace Actors.Client.Display;

/// <summary>What is known of a run before its first step.</summary>
/// <param name="Configuration">Its configuration.</param>
/// <param name="Folder">Its folder.</param>
/// <param name="TotalSteps">Steps of the whole run; null where nobody has counted the samples yet.</param>
internal sealed record RunOutline(RunConfiguration Configuration, string Folder, long? TotalSteps)
{
    /// <summary>What only the trainer knows: placement, samples per modality and shard, parameters.</summary>
    public IReadOnlyList<(string Name, string Value)> Facts { get; init; } = [];

    /// <summary>The first lines a person sees: name and value.</summary>
    public IEnumerable<(string Name, string Value)> Lines()
    {
        RunConfiguration run = Configuration;
        yield return ("run", run.Name);
        yield return ("seed", Figures.Whole(run.Seed));
        yield return ("folder", Folder);
        string devices = run.Placement.Devices.Length == 0 ? "as offered" : string.Join(" ", run.Placement.Devices);
        yield return ("devices", $"{devices} ({run.Placement.ThreadsPerDevice} threads each)");
        yield return ("modalities", string.Join(" ", run.Modalities.Select(modality => $"{modality.Name}:{modality.Encoder}")));
        yield return ("method", run.Method.Name == BalancingMethods.MultiLossBalanced
            ? $"{run.Method.Name} alpha={Figures.Short(run.Method.Alpha)} beta_max={Figures.Short(run.Method.BetaMax)} target={run.Method.Target}"
            : $"{run.Method.Name} {run.Method.Modality}".TrimEnd());
        string shards = $"{run.Training.Shards} shard{(run.Training.Shards == 1 ? "" : "s")}";
        yield return ("training", $"{run.Training.Epochs} epochs, batch {run.Training.BatchSize}, {shards}");
        if (run.Training.Rounds is { } rounds)
        {
            yield return ("rounds", $"{run.Training.SynchronizationEvery} steps, {rounds.Server.Name}, {Figures.Short(100 * rounds.Fraction)} % of the shards");
        }

        foreach ((string Name, string Value) fact in Facts)
        {
            yield return fact;
        }
    }
}
