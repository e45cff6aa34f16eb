using Actors.Learning.Data;

namespace Actors.Learning.Training;

/// <summary>Which samples a shard trains on, and evaluates.</summary>
public static class Shards
{
    /// <summary>The sampler of a shard; every worker of the shard makes the same.</summary>
    /// <remarks>
    /// A shard keeps its own samples where the dataset names shards or parameters are synchronised (its data never moves); else each epoch is dealt anew.
    /// </remarks>
    public static BatchSampler Sampler(SampleTable samples, TrainingOptions options, int shard) =>
        new(samples, new SamplerOptions(
            DerivedSeed.Of(options.Seed, "order"),
            shard,
            options.ShardCount,
            options.BatchSize,
            FixedShards: samples.Shards is not null || options.Synchronization == SynchronizationMode.Parameters));

    /// <summary>The rows of a split that one shard evaluates, in order: the parts cover the split exactly.</summary>
    /// <remarks>A shard that has its own files alone takes those, whatever its part.</remarks>
    /// <param name="dataset">The shard's data.</param>
    /// <param name="split">The split.</param>
    /// <param name="shard">Index d.</param>
    /// <param name="part">Number of the shard among those that evaluate.</param>
    /// <param name="parts">How many those are.</param>
    public static int[] EvaluationRows(IDataset dataset, Split split, int shard, int part, int parts)
    {
        SampleTable samples = dataset.Samples(split);
        if (samples.Shards is { } shards && dataset.Digest != dataset.SharedDigest)
        {
            string name = dataset.Samples(Split.Train).ShardNames()[shard];
            return [.. Enumerable.Range(0, samples.Count).Where(row => shards[row] == name)];
        }

        int start = (int)((long)samples.Count * part / parts), end = (int)((long)samples.Count * (part + 1) / parts);
        return [.. Enumerable.Range(start, end - start)];
    }
}
