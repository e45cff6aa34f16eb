using System.Globalization;

namespace Actors.Grains.Workers;

/// <summary>Keys of a run's grains; made here and nowhere else.</summary>
/// <remarks>The generation is in the key: what an older attempt still sends reaches grains that were released, and is refused.</remarks>
public static class WorkerKey
{
    /// <summary>Key of a run's one balancer.</summary>
    public static string Balancer(string run, int generation) => string.Create(CultureInfo.InvariantCulture, $"{run}/g{generation}");

    /// <summary>Key of a shard's fusion.</summary>
    public static string Fusion(string run, int generation, int shard) => string.Create(CultureInfo.InvariantCulture, $"{run}/g{generation}/s{shard}");

    /// <summary>Key of a modality's encoder in a shard.</summary>
    public static string Encoder(string run, int generation, int shard, string modality) => $"{Fusion(run, generation, shard)}/{modality}";

    /// <summary>Key of the reducer of one slice of a module.</summary>
    public static string Reducer(string run, int generation, string module, int slice) =>
        string.Create(CultureInfo.InvariantCulture, $"{run}/g{generation}/{module}/{slice}");
}
