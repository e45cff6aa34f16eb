using Actors.Grains.Devices;
using Actors.Grains.Tensors;
using Actors.Grains.Workers;
using Actors.Learning.Parameters;
using Actors.Learning.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Actors.Grains.Reduction;

/// <summary>A worker's side of the reduction: gives its module in segments, takes the means back.</summary>
internal sealed class ModuleReduction(IGrainFactory grains, WorkerCalls calls, WorkerOrder order, string module, TrainedModule trained, Lane lane)
{
    private readonly WireFormat format = WireFormat.Of(order.Configuration.Wire.Reduction);
    private readonly int shardCount = order.Configuration.Training.Shards;

    /// <summary>Averages the gradients over the shards, in place.</summary>
    public Task ReduceGradientsAsync(long step, long sampleCount) => ReduceAsync(module, step, sampleCount, trained.Flat.Gradients, format);

    /// <summary>Averages the batch statistics over the shards, in place; does nothing where there are none.</summary>
    public async Task ReduceBuffersAsync(long step, long sampleCount)
    {
        FlatStatistics statistics = trained.Statistics;
        if (statistics.Count == 0)
        {
            return;
        }

        FlatRange all = FlatRange.All(statistics.Count);
        using Tensor packed = await lane.Run(() => statistics.Read(all));
        await ReduceAsync($"{module}.buffers", step, sampleCount, packed, WireFormat.Full);
        await lane.Run(() => statistics.Write(all, packed));
    }

    private async Task ReduceAsync(string name, long step, long sampleCount, Tensor flat, WireFormat format)
    {
        await Task.WhenAll(FlatRange.Cut(flat.numel()).Select(async (segment, number) =>
        {
            using Tensor own = flat.narrow(0, segment.Offset, segment.Length);
            using Tensor? sent = format.IsHalf || own.device_type != DeviceType.CPU ? await lane.Run(() => ToSend(own, format)) : null;
            using TensorPayload lent = TensorPayload.Lend(sent ?? own);
            var part = new ShardSegment(name, number, step, order.Shard, shardCount, sampleCount);
            using TensorPayload answer = await calls.AskAsync(Reducer(name, number), reducer => reducer.ReduceAsync(part, lent));
            if (await answer.TryReadIntoAsync(own))
            {
                return;
            }

            using Tensor mean = await answer.TakeAsync();
            await lane.Run(() =>
            {
                using var noGrad = no_grad();
                own.copy_(mean);
            });
        }));
    }

    /// <summary>As it travels. What a device still had to do, and what failed in it, shows here, where the worker is known.</summary>
    private static Tensor ToSend(Tensor own, WireFormat format)
    {
        using Tensor sent = format.IsHalf ? format.Round(own, WireFormat.ReductionKey) : own.alias();
        return sent.cpu().DetachFromDisposeScope();
    }

    private IReducerGrain Reducer(string name, int segment) =>
        grains.GetGrain<IReducerGrain>(WorkerKey.Reducer(order.Run, order.Generation, Silo(name, segment)));

    /// <summary>Segments go to the silos in turn; modules begin at different ones.</summary>
    private string Silo(string name, int segment) => order.ReducerSilos[(name.Sum(letter => letter) + segment) % order.ReducerSilos.Length];
}
