using System.Collections.Immutable;
using System.Diagnostics;
using Actors.Grains.Balancing;
using Actors.Grains.Devices;
using Actors.Grains.Diagnostics;
using Actors.Grains.Faults;
using Actors.Grains.Federation;
using Actors.Grains.Placement;
using Actors.Grains.Tensors;
using Actors.Learning.Balancing;
using Actors.Learning.Data;
using Actors.Learning.Devices;
using Actors.Learning.Training;

namespace Actors.Grains.Workers;

/// <inheritdoc cref="IFusionGrain"/>
[PinnedPlacement, GrainType("fusion")]
internal sealed class FusionGrain(
    Lanes lanes, DatasetCache datasets, ActorsMeter meter, FaultPoints faults, WorkerCalls calls, GenerationWatch watch)
    : ModuleGrain<FusionWorker>(lanes, datasets, faults, calls, watch), IFusionGrain
{
    private readonly FaultPoints points = faults;
    private TrainingOptions options = null!;
    private WireFormat wire = WireFormat.Full;
    private ShardEncoders encoders = null!;
    private IBalancerGrain? balancer; // null where the method needs no coefficients
    private long abandoned = -1; // round that goes on without this shard

    protected override string ModuleName => "fusion";

    protected override string Title => "Fusion";

    public Task<ShardReport> TrainAsync(long from, long to) => TrainAsync(async () =>
    {
        ShardReport? report = null;
        for (long step = from; step < to; step++)
        {
            (report, _) = await StepAsync(step, to, null);
        }

        return report ?? throw new WorkerException($"A piece must have at least one step, but goes from {from} to {to}.");
    });

    public async Task<ShardRound?> TrainRoundAsync(RoundOrder order)
    {
        await TakeShardAsync(order.Round, order.Aggregators);
        await Working(order.From, () => Task.WhenAll(Rounds.BeginAsync(), encoders.OrderAsync((encoder, _) => encoder.BeginRoundAsync())));
        double[]? given = order.Coefficients?.ToArray();
        var tally = new RoundTally(encoders.Count);
        return await TrainAsync(async () =>
        {
            for (long step = order.From; step < order.To; step++)
            {
                if (abandoned >= order.Round)
                {
                    return null;
                }

                (ShardReport report, long[] carried) = await StepAsync(step, order.To, given);
                tally.Add(report, carried);
            }

            return tally.ToRound(options.Rounds.WeighsByOwnSamples ? Worker().OwnSampleCount : null);
        });
    }

    public Task AbandonAsync(long round)
    {
        abandoned = Math.Max(abandoned, round);
        return Task.CompletedTask;
    }

    public Task TakeShardAsync(long round, ImmutableArray<ImmutableArray<IAggregatorGrain>> aggregators) => Working(-1, () => Task.WhenAll(
        Rounds.TakeAsync(round, aggregators[^1]),
        encoders.OrderAsync((encoder, i) => encoder.TakeAsync(round, aggregators[i]))));

    public Task<ShardPredictions> EvaluateAsync(Split split, int part, int parts) => Working(-1, async () =>
    {
        _ = Worker();
        SampleTable samples = Dataset.Samples(split);
        int[] all = Shards.EvaluationRows(Dataset, split, Order!.Shard, part, parts);
        var evaluation = new ShardEvaluation(options.Modalities.Count);
        foreach (int[] rows in all.Chunk(options.EvaluationBatchSize))
        {
            FusionWorker own = Worker();
            EncoderInference[] taken = await encoders.InferAsync(split, rows);
            await Lane.Run(() => evaluation.Add(own, taken, samples, rows));
        }

        return evaluation.ToPredictions();
    });

    protected override void Begin(WorkerOrder order, TrainingOptions options)
    {
        (this.options, abandoned) = (options, -1);
        wire = WireFormat.Of(order.Configuration.Wire.Gradients);
        encoders = new ShardEncoders(
            [.. options.Modalities.Select((modality, i) => GrainFactory.GetGrain<IEncoderGrain>(
                WorkerKey.Encoder(order.Run, order.Generation, order.Shard, modality.Name, order.EncoderSilos[i])))],
            Calls);
        balancer = BalancingMethods.Create(options.Method, options.Modalities.Count).UsesCoefficients
            ? GrainFactory.GetGrain<IBalancerGrain>(WorkerKey.Balancer(order.Run, order.Generation, order.BalancerSilo))
            : null;
    }

    protected override FusionWorker Make(IDataset dataset, TrainingOptions options, DeviceName device) =>
        new(dataset, options, Order!.FeatureCounts, Order.Shard, device);

    protected override TrainedModule ModuleOf(FusionWorker worker) => worker.Module;

    protected override WorkerReady Describe(FusionWorker worker, WorkerReady ready) => ready with { StepsPerEpoch = worker.StepsPerEpoch };

    /// <summary>Takes steps; what was asked ahead of a step that does not come is dropped.</summary>
    private async Task<T> TrainAsync<T>(Func<Task<T>> steps)
    {
        try
        {
            return await steps();
        }
        finally
        {
            encoders?.Drop();
        }
    }

    private Task<(ShardReport Report, long[] Carried)> StepAsync(long step, long end, double[]? given) =>
        Working(step, () => StepAsync(Worker(), step, step + 1 < end, given));

    /// <summary>Takes a step; also tells how many of its samples carried each modality, [M].</summary>
    private async Task<(ShardReport Report, long[] Carried)> StepAsync(FusionWorker worker, long step, bool goesOn, double[]? given)
    {
        int shard = Order!.Shard;
        ActivityContext traced = Traces.Current();
        long began = meter.Steps.Begin();
        TakenBatch[] taken = await encoders.EncodeAsync(step);
        EncodedBatch[] encoded = [.. taken.Select(t => t.Batch)];
        began = meter.Steps.End(StepPhase.Encode, shard, began, traced);
        Task<double[]>? exchange = null;
        FusionForward? forward = null;
        try
        {
            // The exchange travels while the fusion computes.
            exchange = given is not null || balancer is null ? null : Calls.AskAsync(balancer, b => b.ExchangeAsync(
                step, shard, [.. encoded.Select(e => e.Head?.ScoreSum)], [.. encoded.Select(e => (long)e.SampleCount)]));
            forward = await Lane.Run(() =>
            {
                FusionForward full = worker.Fuse(step, [.. taken.Select(t => t.Features)], [.. encoded.Select(e => e.Digest)]);
                return wire.IsHalf ? Round(full) : full;
            });
            began = meter.Steps.End(StepPhase.Fuse, shard, began, traced);
            points.Pass(FaultPoint.Fuse, step);
            Divergence.Refuse(forward.Fused.LossSum, step);
            double[] coefficients = given ?? (exchange is null ? [.. encoded.Select(_ => 1.0)] : await exchange);
            began = meter.Steps.End(StepPhase.Balance, shard, began, traced);
            Task<double?>[] learning =
                [.. coefficients.Select((k, i) => encoders.LearnAsync(i, step, forward.FeatureGradients[i], k, goesOn))];
            Task own = ApplyAsync(worker, step, coefficients, forward.SampleCount);
            await Task.WhenAll([own, .. learning]);
            meter.Steps.End(StepPhase.Learn, shard, began, traced);
            meter.Steps.Learnt(shard, forward.SampleCount);
            var report = new ShardReport
            {
                SampleCount = forward.SampleCount,
                Fused = OutputSums.Of(forward.Fused),
                Unimodal = [.. encoded.Select((e, i) => e.Head ?? (forward.Slices is { } slices ? OutputSums.Of(slices[i]) : null))],
                Coefficients = [.. coefficients],
                GradientNorms = [.. learning.Select(l => l.Result ?? double.NaN)],
                LearningRate = worker.Module.LearningRate(step),
            };
            return (report, [.. encoded.Select(e => (long)e.SampleCount)]);
        }
        finally
        {
            Array.ForEach(taken, t => t.Dispose());
            forward?.Dispose();
            _ = exchange?.ContinueWith(e => e.Exception, TaskScheduler.Default); // seen: the failure that came first is told
        }
    }

    private async Task ApplyAsync(FusionWorker worker, long step, double[] coefficients, long samples)
    {
        WorkClock work = meter.Steps.Work(Order!.Shard, ModuleName);
        if (Reduction is { } reduction)
        {
            await reduction.ReduceGradientsAsync(step, samples);
            await reduction.ReduceBuffersAsync(step, samples);
            work.End(StepPhase.Reduce);
        }

        await Lane.Run(() =>
        {
            work.Begin();
            worker.Apply(step, coefficients);
            work.End(StepPhase.Optimize);
        });
    }

    private FusionForward Round(FusionForward full)
    {
        using (full)
        {
            return full with { FeatureGradients = wire.Round(full.FeatureGradients, "wire.gradients") };
        }
    }
}
