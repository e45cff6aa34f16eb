using System.Collections.Immutable;
using System.Diagnostics;
using Actors.Grains.Balancing;
using Actors.Grains.Devices;
using Actors.Grains.Diagnostics;
using Actors.Grains.Faults;
using Actors.Grains.Federation;
using Actors.Grains.Placement;
using Actors.Grains.Reduction;
using Actors.Grains.Runs;
using Actors.Grains.Tensors;
using Actors.Learning.Balancing;
using Actors.Learning.Data;
using Actors.Learning.Training;
using static TorchSharp.torch;

namespace Actors.Grains.Workers;

/// <inheritdoc cref="IFusionGrain"/>
[PinnedPlacement, GrainType("fusion")]
internal sealed class FusionGrain(Lanes lanes, DatasetCache datasets, ActorsMeter meter, FaultPoints faults, WorkerCalls calls, GenerationWatch watch) : WorkerGrain, IFusionGrain
{
    private WorkerOrder? order;
    private WorkerReady? ready;
    private TrainingOptions options = null!;
    private Lane lane = null!;
    private DatasetCache.Lease? data;
    private FusionWorker? worker;
    private WireFormat wire = WireFormat.Full;
    private ModuleReduction? reduction; // null before Prepare, and where gradients are not reduced
    private RoundMember? rounds; // null before Prepare, and where parameters are not synchronised
    private long abandoned = -1; // round that goes on without this shard
    private IEncoderGrain[] encoders = [];
    private IBalancerGrain? balancer; // null where the method needs no coefficients

    public async Task<WorkerReady> PrepareAsync(WorkerOrder order)
    {
        if (ready is not null)
        {
            return ready; // a repeat: run, generation and part are in the key
        }

        await DisposeAsync();
        this.order = order;
        DelayDeactivation(TimeSpan.FromDays(365)); // until it is released
        options = LearningOptions.Training(order.Configuration);
        wire = WireFormat.Of(order.Configuration.Wire.Gradients);
        return ready = await Working(-1, async () =>
        {
            var device = LearningOptions.Device(order.Device);
            lane = lanes.Of(device, order.Configuration.Placement.ThreadsPerDevice);
            await lane.Run(() =>
            {
                data = datasets.Open(LearningOptions.Dataset(order.Configuration, order.Shard));
                worker = new FusionWorker(data.Dataset, options, order.FeatureCounts, order.Shard, device);
            });
            bool byRounds = options.Synchronization == SynchronizationMode.Parameters;
            rounds = byRounds ? await RoundMember.JoinAsync(worker!.Module, options.Rounds, lane, order, faults, calls) : null;
            reduction = byRounds || options.ShardCount == 1 ? null : new ModuleReduction(GrainFactory, calls, order, "fusion", worker!.Module, lane);
            encoders = [.. options.Modalities.Select((m, i) => GrainFactory.GetGrain<IEncoderGrain>(WorkerKey.Encoder(order.Run, order.Generation, order.Shard, m.Name, order.EncoderSilos[i])))];
            balancer = BalancingMethods.Create(options.Method, options.Modalities.Count).UsesCoefficients
                ? GrainFactory.GetGrain<IBalancerGrain>(WorkerKey.Balancer(order.Run, order.Generation, order.BalancerSilo))
                : null;
            return WorkerReadiness.Of(data!.Dataset, 0, worker!.Module.Flat.Count, worker.StepsPerEpoch, rounds?.Segments ?? []);
        });
    }

    public async Task<ShardReport> TrainAsync(long from, long to)
    {
        ShardReport? report = null;
        for (long step = from; step < to; step++)
        {
            long current = step;
            report = (await Working(step, () => StepAsync(current, null))).Report;
        }

        return report ?? throw new WorkerException($"A piece must have at least one step, but goes from {from} to {to}.");
    }

    public async Task<ShardRound?> TrainRoundAsync(RoundOrder order)
    {
        await TakeShardAsync(order.Round, order.Aggregators);
        await Working(order.From, async () =>
        {
            await Task.WhenAll([Rounds().BeginAsync(), .. encoders.Select(encoder => calls.OrderAsync(encoder, e => e.BeginRoundAsync()))]);
            return true;
        });
        var tally = new RoundTally(encoders.Length);
        for (long step = order.From; step < order.To; step++)
        {
            if (abandoned >= order.Round)
            {
                return null;
            }

            long current = step;
            (ShardReport report, long[] carried) = await Working(step, () => StepAsync(current, order.Coefficients?.ToArray()));
            tally.Add(report, carried);
        }

        return tally.ToRound();
    }

    public Task AbandonAsync(long round)
    {
        abandoned = Math.Max(abandoned, round);
        return Task.CompletedTask;
    }

    public Task TakeShardAsync(long round, ImmutableArray<ImmutableArray<IAggregatorGrain>> aggregators) => Working(-1, async () =>
    {
        await Task.WhenAll([Rounds().TakeAsync(round, aggregators[^1]), .. encoders.Select((encoder, i) => calls.OrderAsync(encoder, e => e.TakeAsync(round, aggregators[i])))]);
        return true;
    });

    public Task TakeAsync(long round, ImmutableArray<IAggregatorGrain> aggregators) => Working(-1, async () =>
    {
        await Rounds().TakeAsync(round, aggregators);
        return true;
    });

    public Task<TensorPayload> LearnedAsync(long round, int segment) => Working(-1, () => Rounds().LearnedAsync(round, segment));

    public Task<TensorPayload> ValuesAsync(int segment) => Working(-1, () => Rounds().ValuesAsync(segment));

    public Task<ShardPredictions> EvaluateAsync(Split split, int part, int parts) => Working(-1, async () =>
    {
        _ = Worker();
        SampleTable samples = data!.Dataset.Samples(split);
        int[] all = Shards.EvaluationRows(data!.Dataset, split, order!.Shard, part, parts);
        var evaluation = new ShardEvaluation(options.Modalities.Count);
        foreach (int[] rows in all.Chunk(options.EvaluationBatchSize))
        {
            FusionWorker own = Worker();
            EncoderInference[] taken = await Answers.AllAsync(encoders.Select(encoder => InferAsync(encoder, split, rows)));
            await lane.Run(() => evaluation.Add(own, taken, samples, rows));
        }

        return evaluation.ToPredictions();
    });

    public Task SaveAsync(string draftFolder, bool withModule) => Working(-1, () =>
    {
        TrainedModule module = Worker().Module;
        return lane.Run(() =>
        {
            ModuleFiles.Save(draftFolder, "fusion", order!, module, withModule);
            return true;
        });
    });

    public Task RestoreAsync(string checkpointFolder, bool withOptimizer) => Working(-1, () =>
    {
        TrainedModule module = Worker().Module;
        rounds?.Forget();
        return lane.Run(() =>
        {
            ModuleFiles.Restore(checkpointFolder, "fusion", order!, module, withOptimizer);
            return true;
        });
    });

    public async Task ReleaseAsync()
    {
        await DisposeAsync();
        DeactivateOnIdle();
    }

    /// <summary>What nobody releases goes with its generation.</summary>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        watch.Begin(this, ReleaseAsync);
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => DisposeAsync();

    private async Task DisposeAsync()
    {
        if (rounds is { } left)
        {
            rounds = null;
            await left.DisposeAsync();
        }

        if (worker is { } released)
        {
            await lane.Run(released.Dispose);
        }

        data?.Dispose();
        (worker, reduction, data, ready, order, abandoned) = (null, null, null, null, null, -1);
    }

    /// <summary>Takes a step; also tells how many of its samples carried each modality, [M].</summary>
    private async Task<(ShardReport Report, long[] Carried)> StepAsync(long step, double[]? given)
    {
        _ = Worker();
        int shard = order!.Shard;
        ActivityContext traced = Traces.Current();
        long began = meter.Steps.Begin();
        TakenBatch[] taken = await Answers.AllAsync(encoders.Select(encoder => TakenBatch.OfAsync(calls.AskAsync(encoder, e => e.EncodeAsync(step)))));
        EncodedBatch[] encoded = [.. taken.Select(t => t.Batch)];
        began = meter.Steps.End(StepPhase.Encode, shard, began, traced);
        Task<double[]>? exchange = null;
        FusionForward? forward = null;
        try
        {
            // The exchange travels while the fusion computes.
            exchange = given is not null || balancer is null ? null : calls.AskAsync(balancer, b => b.ExchangeAsync(
                step, shard, [.. encoded.Select(e => e.Head?.ScoreSum)], [.. encoded.Select(e => (long)e.SampleCount)]));
            forward = await lane.Run(() =>
            {
                FusionForward full = worker!.Fuse(step, [.. taken.Select(t => t.Features)], [.. encoded.Select(e => e.Digest)]);
                return wire.IsHalf ? Round(full) : full;
            });
            began = meter.Steps.End(StepPhase.Fuse, shard, began, traced);
            faults.Pass(FaultPoint.Fuse, step);
            double[] coefficients = given ?? (exchange is null ? [.. encoders.Select(_ => 1.0)] : await exchange);
            began = meter.Steps.End(StepPhase.Balance, shard, began, traced);
            Divergence.Refuse(forward.Fused.LossSum, step);
            Task<double>[] learning = [.. encoders.Select((encoder, i) =>
                LearnAsync(encoder, step, forward.FeatureGradients[i], coefficients[i]))];
            Task own = ApplyAsync(step, coefficients, forward.SampleCount);
            await Task.WhenAll([own, .. learning]);
            meter.Steps.End(StepPhase.Learn, shard, began, traced);
            meter.Steps.Learnt(shard, forward.SampleCount);
            var report = new ShardReport
            {
                SampleCount = forward.SampleCount,
                Fused = OutputSums.Of(forward.Fused),
                Unimodal = [.. encoded.Select((e, i) => e.Head ?? (forward.Slices is { } slices ? OutputSums.Of(slices[i]) : null))],
                Coefficients = [.. coefficients],
                GradientNorms = [.. learning.Select(l => l.Result)],
                LearningRate = worker!.Module.LearningRate(step),
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

    private async Task ApplyAsync(long step, double[] coefficients, long samples)
    {
        WorkClock work = meter.Steps.Work(order!.Shard, "fusion");
        if (reduction is not null)
        {
            await reduction.ReduceGradientsAsync(step, samples);
            await reduction.ReduceBuffersAsync(step, samples);
            work.End(StepPhase.Reduce);
        }

        await lane.Run(() =>
        {
            work.Begin();
            worker!.Apply(step, coefficients);
            work.End(StepPhase.Optimize);
        });
    }

    private RoundMember Rounds() => rounds ?? throw new WorkerNotReadyException("it was not prepared or is of an ended generation");

    private FusionForward Round(FusionForward full)
    {
        using (full)
        {
            return full with { FeatureGradients = wire.Round(full.FeatureGradients, "wire.gradients") };
        }
    }

    private async Task<EncoderInference> InferAsync(IEncoderGrain encoder, Split split, int[] rows)
    {
        using InferredBatch inferred = await calls.AskAsync(encoder, e => e.InferAsync(split, rows));
        Tensor features = await inferred.Features.TakeAsync();
        try
        {
            return new EncoderInference(features, inferred.Logits is { } logits ? await logits.TakeAsync() : null);
        }
        catch
        {
            features.Dispose();
            throw;
        }
    }

    private async Task<double> LearnAsync(IEncoderGrain encoder, long step, Tensor gradient, double coefficient)
    {
        using TensorPayload lent = TensorPayload.Lend(gradient);
        return await calls.AskAsync(encoder, e => e.LearnAsync(step, lent, coefficient));
    }

    private FusionWorker Worker() => worker is { } own && abandoned < long.MaxValue ? own : throw new WorkerNotReadyException("it was not prepared or is of an ended generation");

    private Task<T> Working<T>(long step, Func<Task<T>> work) => WorkerFailure.Name("Fusion", this.GetPrimaryKeyString(), () => order, step, work);
}
