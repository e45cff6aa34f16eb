using Actors.Learning.Data;

namespace Actors.Learning.Training;

/// <summary>Which samples a shard trains on.</summary>
public static class Shards
{
    /// <summary>The sampler of a shard; every worker of the shard makes the same.</summary>
    /// <remarks>A shard keeps its own samples where the dataset names shards or parameters are synchronised (its data never moves); else each epoch is dealt anew.</remarks>
    public static BatchSampler Sampler(SampleTable samples, TrainingOptions options, int shard) =>
        new(samples, new SamplerOptions(
            DerivedSeed.Of(options.Seed, "order"),
            shard,
            options.ShardCount,
            options.BatchSize,
            FixedShards: samples.Shards is not null || options.Synchronization == SynchronizationMode.Parameters));
}
