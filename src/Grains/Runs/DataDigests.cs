using System.Security.Cryptography;
using System.Text;
using Actors.Grains.Workers;

namespace Actors.Grains.Runs;

/// <summary>Which version of the data each shard has, by the digests that its workers opened.</summary>
internal static class DataDigests
{
    /// <summary>Digest of the data of each shard, [D]: the same of all, but where each has files of its own.</summary>
    /// <param name="encoders">M of each shard, by shard.</param>
    /// <param name="fusions">One of each shard.</param>
    /// <exception cref="WorkerException">Workers opened different versions of the same data.</exception>
    public static string[] Of(WorkerReady[] encoders, WorkerReady[] fusions)
    {
        int modalities = encoders.Length / fusions.Length;
        string[][] shards =
            [.. encoders.Chunk(modalities).Select((workers, d) => workers.Append(fusions[d]).Select(w => w.DataDigest).Distinct().ToArray())];
        if (shards.Any(versions => versions.Length > 1) || encoders.Concat(fusions).Select(w => w.SharedDigest).Distinct().Count() > 1)
        {
            int count = shards.SelectMany(versions => versions).Distinct().Count();
            throw new WorkerException(
                $"All workers of a run must read the same data, but they opened {count} versions of it. Compare the dataset's files on the hosts.");
        }

        return [.. shards.Select(versions => versions[0])];
    }

    /// <summary>One digest of the run's data.</summary>
    public static string Join(string[] digests) => digests.Distinct().Count() == 1
        ? digests[0]
        : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', digests))));
}
