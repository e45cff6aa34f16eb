using Actors.Contracts.Runs;
using Actors.Grains.Federation;
using Actors.Grains.Tensors;
using Actors.Grains.Workers;
using static TorchSharp.torch;

namespace Actors.Grains.Tests.Federation;

/// <summary>An aggregator, and encoders that have taken a step from its parameters, each of another shard.</summary>
internal static class TrainedShards
{
    /// <summary>Makes them.</summary>
    /// <param name="grains">Where.</param>
    /// <param name="run">Name of the run they are of.</param>
    /// <param name="shards">How many encoders.</param>
    /// <param name="there">Silo of the encoders.</param>
    /// <param name="here">Silo of the aggregator.</param>
    public static async Task<(IAggregatorGrain Aggregator, IEncoderGrain[] Encoders)> MakeAsync(
        IGrainFactory grains, string run, int shards, string there, string here)
    {
        RunConfiguration configuration = TestRun.Federated(TestRun.Rounds, shards);
        IEncoderGrain[] encoders = [.. Enumerable.Range(0, shards).Select(d => grains.GetGrain<IEncoderGrain>(WorkerKey.Encoder(run, 1, d, "m0", there)))];
        for (int shard = 0; shard < shards; shard++)
        {
            await encoders[shard].PrepareAsync(new WorkerOrder
            {
                Run = run, Generation = 1, Configuration = configuration, Shard = shard, Modality = 0, Device = "cpu:0", FeatureCounts = [],
                EncoderSilos = [], BalancerSilo = here, ReducerSilos = [here],
            });
        }

        IAggregatorGrain aggregator = grains.GetGrain<IAggregatorGrain>(WorkerKey.Aggregator(run, 1, "encoder.m0", 0, here));
        var order = new AggregatorOrder { Configuration = configuration, Module = "encoder.m0", Segment = 0, IsStatistics = false };
        await aggregator.PrepareAsync(order, 0, encoders[0], null);
        foreach (IEncoderGrain encoder in encoders)
        {
            await encoder.TakeAsync(0, [aggregator]);
            EncodedBatch batch = await encoder.EncodeAsync(0);
            using Tensor features = await batch.Features.TakeAsync();
            using Tensor gradient = ones_like(features);
            await encoder.LearnAsync(0, TensorPayload.Lend(gradient), 1, true);
        }

        return (aggregator, encoders);
    }
}
