using Actors.Contracts.Runs;
using Actors.Grains.Balancing;
using Actors.Grains.Federation;
using Actors.Grains.Reduction;

namespace Actors.Grains.Workers;

/// <summary>References to the grains of one generation of a run, on the silos that its plan names.</summary>
internal sealed class WorkerGrains(IGrainFactory grains, string run, int generation, TrainingConfiguration training)
{
    /// <summary>The run's balancer.</summary>
    public IBalancerGrain Balancer(string silo) => grains.GetGrain<IBalancerGrain>(WorkerKey.Balancer(run, generation, silo));

    /// <summary>A shard's fusion.</summary>
    public IFusionGrain Fusion(int shard, string silo) => grains.GetGrain<IFusionGrain>(WorkerKey.Fusion(run, generation, shard, silo));

    /// <summary>A modality's encoder in a shard.</summary>
    public IEncoderGrain Encoder(int shard, string modality, string silo) =>
        grains.GetGrain<IEncoderGrain>(WorkerKey.Encoder(run, generation, shard, modality, silo));

    /// <summary>The aggregator of one segment of a module.</summary>
    public IAggregatorGrain Aggregator(string module, int segment, string silo) =>
        grains.GetGrain<IAggregatorGrain>(WorkerKey.Aggregator(run, generation, module, segment, silo));

    /// <summary>The reducers of silos; none where no gradients are synchronised.</summary>
    public IEnumerable<IReducerGrain> Reducers(IEnumerable<string> silos) =>
        training.Shards == 1 || training.SynchronizesParameters
            ? []
            : silos.Select(silo => grains.GetGrain<IReducerGrain>(WorkerKey.Reducer(run, generation, silo)));
}
