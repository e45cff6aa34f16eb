using Actors.Grains.Workers;

namespace Actors.Grains.Runs;

/// <summary>Workers that read other data would learn another thing without an error.</summary>
internal static class DataAgreement
{
    /// <summary>Digest of the data of each shard, [D]: the same of all, but where each has files of its own.</summary>
    /// <param name="encoders">What they said, shard by shard.</param>
    /// <param name="fusions">What they said, [D].</param>
    /// <exception cref="WorkerException">They read several versions.</exception>
    public static string[] Digests(WorkerReady[] encoders, WorkerReady[] fusions)
    {
        string[][] shards =
        [
            .. encoders.Chunk(encoders.Length / fusions.Length)
                .Select((workers, d) => workers.Append(fusions[d]).Select(w => w.DataDigest).Distinct().ToArray()),
        ];
        return shards.All(versions => versions.Length == 1) && encoders.Concat(fusions).Select(w => w.SharedDigest).Distinct().Count() == 1
            ? [.. shards.Select(versions => versions[0])]
            : throw new WorkerException(
                "All workers of a run must read the same data, but they opened "
                + $"{shards.SelectMany(versions => versions).Distinct().Count()} versions of it. Compare the dataset's files on the hosts.");
    }
}
