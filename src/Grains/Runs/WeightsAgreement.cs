using Actors.Contracts.Runs;
using Actors.Grains.Workers;
using Actors.Learning.Training;

namespace Actors.Grains.Runs;

/// <summary>Replicas that begin with other weights would stay apart for good: files of weights are read by each host for itself.</summary>
internal static class WeightsAgreement
{
    /// <summary>Refuses encoders of a modality that began with several versions of its file.</summary>
    /// <param name="configuration">The run.</param>
    /// <param name="places">Of all workers, shard by shard: encoders, then fusion.</param>
    /// <param name="encoders">What they said, in that order.</param>
    /// <exception cref="WorkerException">Some did; names the files.</exception>
    public static void ThrowIfApart(RunConfiguration configuration, IEnumerable<WorkerPlace> places, WorkerReady[] encoders)
    {
        int count = encoders.Length / configuration.Training.Shards; // M
        string[] silos = [.. places.Where(place => place.Modality is not null).Select(place => place.Silo.Split('@')[0])];
        string[] faults = [.. Faults(configuration, encoders.Select((encoder, n) => (n % count, silos[n], encoder.WeightsDigest)))];
        if (faults.Length > 0)
        {
            throw new WorkerException(string.Join(" ", faults));
        }
    }

    /// <summary>Files that are not the same everywhere, a sentence each.</summary>
    /// <param name="configuration">The run.</param>
    /// <param name="found">By index of the modality and address of the silo: the file's digest; null where there is none.</param>
    public static IEnumerable<string> Faults(RunConfiguration configuration, IEnumerable<(int Modality, string Silo, string? Digest)> found)
    {
        IReadOnlyList<ModalityOptions> modalities = LearningOptions.Training(configuration).Modalities;
        foreach (var files in found.Where(one => one.Digest is not null).GroupBy(one => one.Modality).OrderBy(files => files.Key))
        {
            var versions = files.GroupBy(one => one.Digest!, one => one.Silo).ToArray();
            if (versions.Length > 1)
            {
                (string name, string? path) = (modalities[files.Key].Name, modalities[files.Key].Encoder.Weights);
                string where = string.Join("; ", versions.Select(version => $"{version.Key[..12]} on {string.Join(", ", version.Distinct())}"));
                yield return $"modalities.{name}.weights must be the same file on all silos that may hold the run, but of '{path}' there are "
                    + $"{versions.Length} versions: {where}. Copy one of them over the others.";
            }
        }
    }
}
