using System.Globalization;
using Actors.Grains.Placement;

namespace Actors.Grains.Workers;

/// <summary>Keys of a run's grains; made here and nowhere else.</summary>
/// <remarks>
/// The generation is in the key: what an older attempt still sends reaches grains that were released, and is refused. So is the silo,
/// <c>ip:port@generation</c>: a grain is
/// where the plan says, or nowhere.
/// </remarks>
public static class WorkerKey
{
    /// <summary>Key of a run's one balancer.</summary>
    public static string Balancer(string run, int generation, string silo) => PinnedKey.Of(Run(run, generation), silo);

    /// <summary>Key of a shard's fusion.</summary>
    public static string Fusion(string run, int generation, int shard, string silo) => PinnedKey.Of(Shard(run, generation, shard), silo);

    /// <summary>Key of a modality's encoder in a shard.</summary>
    public static string Encoder(string run, int generation, int shard, string modality, string silo) =>
        PinnedKey.Of($"{Shard(run, generation, shard)}/{modality}", silo);

    /// <summary>Key of the aggregator of one segment of a module.</summary>
    public static string Aggregator(string run, int generation, string module, int segment, string silo) =>
        PinnedKey.Of(string.Create(CultureInfo.InvariantCulture, $"{Run(run, generation)}/{module}/{segment}"), silo);

    /// <summary>Key of a silo's reducer.</summary>
    public static string Reducer(string run, int generation, string silo) => PinnedKey.Of(Run(run, generation), silo);

    /// <summary>The run and the generation of a key.</summary>
    /// <exception cref="ArgumentException">The key is no worker's.</exception>
    public static (string Run, int Generation) GenerationOf(string key)
    {
        const string Mark = "/g";
        for (int at = key.IndexOf(Mark, StringComparison.Ordinal); at > 0; at = key.IndexOf(Mark, at + 1, StringComparison.Ordinal))
        {
            ReadOnlySpan<char> rest = key.AsSpan(at + Mark.Length);
            int end = rest.IndexOfAny('/', '@');
            if (end > 0 && int.TryParse(rest[..end], NumberStyles.None, CultureInfo.InvariantCulture, out int generation))
            {
                return (key[..at], generation);
            }
        }

        throw new ArgumentException($"A worker must have its run and generation in its key, as RUN/g1, but the key is '{key}'.", nameof(key));
    }

    private static string Run(string run, int generation) => string.Create(CultureInfo.InvariantCulture, $"{run}/g{generation}");

    private static string Shard(string run, int generation, int shard) => string.Create(CultureInfo.InvariantCulture, $"{Run(run, generation)}/s{shard}");
}
