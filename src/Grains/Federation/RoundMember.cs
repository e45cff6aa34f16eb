using System.Collections.Immutable;
using Actors.Grains.Devices;
using Actors.Grains.Faults;
using Actors.Grains.Tensors;
using Actors.Grains.Workers;
using Actors.Learning.Federation;
using Actors.Learning.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Actors.Grains.Federation;

/// <summary>A worker's module in rounds.</summary>
internal sealed class RoundMember(ModuleRound module, Lane lane, WireFormat format, FaultPoints faults, WorkerCalls calls)
{
    private const long None = -1;

    private long taken = None; // round whose parameters it has

    /// <summary>Makes it for a module, on its lane.</summary>
    public static async Task<RoundMember> JoinAsync(
        TrainedModule module, RoundOptions options, Lane lane, WorkerOrder order, FaultPoints faults, WorkerCalls calls) =>
        new(await lane.Run(() => new ModuleRound(module, options)), lane, WireFormat.Of(order.Configuration.Wire.Reduction), faults, calls);

    /// <summary>How the module is cut: true for a segment of batch statistics.</summary>
    public ImmutableArray<bool> Segments => [.. module.Segments.Select(segment => segment.IsStatistics)];

    /// <summary>Takes the parameters a round begins with, unless it has them.</summary>
    public async Task TakeAsync(long round, ImmutableArray<IAggregatorGrain> aggregators)
    {
        if (taken == round)
        {
            return;
        }

        taken = None; // half of one round and half of another are none
        await Task.WhenAll(module.Segments.Select(async segment =>
        {
            using Tensor values = await calls.TakeAsync(aggregators[segment.Number], aggregator => aggregator.ParametersAsync(round));
            await lane.Run(() => module.Take(segment, values));
        }));
        taken = round;
        faults.Pass(FaultPoint.Take, round);
    }

    /// <summary>Training begins.</summary>
    public Task BeginAsync() => lane.Run(module.Begin);

    /// <summary>What was learnt in a round.</summary>
    public async Task<TensorPayload> LearnedAsync(long round, int segment)
    {
        faults.Pass(FaultPoint.Give, round);
        if (taken != round)
        {
            string had = taken == None ? "none" : $"round {taken}";
            throw new InvalidOperationException($"it was asked what it learnt in round {round}, but has {had}");
        }

        return TensorPayload.Give(await lane.Run(() => OnHost(Learned(module.Segments[segment]))));
    }

    /// <summary>The module as it is.</summary>
    public async Task<TensorPayload> ValuesAsync(int segment) =>
        TensorPayload.Give(await lane.Run(() => OnHost(module.Values(module.Segments[segment]))));

    /// <summary>The module's weights were replaced: it has no round's parameters.</summary>
    public void Forget() => taken = None;

    /// <summary>As it travels. What a device still had to do, and what failed in it, shows here, where the worker is known.</summary>
    private static Tensor OnHost(Tensor tensor)
    {
        if (tensor.device_type == DeviceType.CPU)
        {
            return tensor;
        }

        using (tensor)
        {
            return tensor.cpu().DetachFromDisposeScope();
        }
    }

    private Tensor Learned(ModuleSegment segment)
    {
        Tensor learned = module.Learned(segment);
        if (!format.IsHalf || segment.IsStatistics)
        {
            return learned;
        }

        using (learned)
        {
            return format.Round(learned, WireFormat.ReductionKey);
        }
    }

    /// <summary>Frees what it has on the lane.</summary>
    public Task DisposeAsync() => lane.Run(module.Dispose);
}
