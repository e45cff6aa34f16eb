using Actors.Grains.Devices;
using Actors.Grains.Diagnostics;
using Actors.Grains.Faults;
using Actors.Grains.Federation;
using Actors.Grains.Placement;
using Actors.Grains.Reduction;
using Actors.Grains.Runs;
using Actors.Grains.Tensors;
using Actors.Learning.Data;
using Actors.Learning.Training;
using static TorchSharp.torch;

namespace Actors.Grains.Workers;

/// <inheritdoc cref="IEncoderGrain"/>
[PinnedPlacement, GrainType("encoder")]
internal sealed class EncoderGrain(Lanes lanes, DatasetCache datasets, ActorsMeter meter, FaultPoints faults, WorkerCalls calls, GenerationWatch watch) : WorkerGrain, IEncoderGrain
{
    private const string FeaturesKey = "wire.features";

    private WorkerOrder? order;
    private WorkerReady? ready;
    private string name = "";
    private Lane lane = null!;
    private DatasetCache.Lease? data;
    private EncoderWorker? worker;
    private WireFormat wire = WireFormat.Full;
    private ModuleReduction? reduction; // null before Prepare, and where gradients are not reduced
    private RoundMember? rounds; // null before Prepare, and where parameters are not synchronised
    private (long Step, EncoderForward Forward)? encoded;
    private (long Step, double Norm) learned = (-1, 0);

    public async Task<WorkerReady> PrepareAsync(WorkerOrder order)
    {
        if (ready is not null)
        {
            return ready; // a repeat: run, generation and part are in the key
        }

        await DisposeAsync();
        this.order = order;
        DelayDeactivation(TimeSpan.FromDays(365)); // until it is released
        TrainingOptions options = LearningOptions.Training(order.Configuration);
        name = options.Modalities[order.Modality].Name;
        wire = WireFormat.Of(order.Configuration.Wire.Features);
        return ready = await Working(-1, async () =>
        {
            var device = LearningOptions.Device(order.Device);
            lane = lanes.Of(device, order.Configuration.Placement.ThreadsPerDevice);
            await lane.Run(() =>
            {
                data = datasets.Open(LearningOptions.Dataset(order.Configuration, order.Shard));
                worker = new EncoderWorker(data.Dataset, options, order.Modality, order.Shard, device);
            });
            bool byRounds = options.Synchronization == SynchronizationMode.Parameters;
            rounds = byRounds ? await RoundMember.JoinAsync(worker!.Module, options.Rounds, lane, order, faults, calls) : null;
            reduction = byRounds || options.ShardCount == 1 ? null : new ModuleReduction(GrainFactory, calls, order, $"encoder.{name}", worker!.Module, lane);
            return WorkerReadiness.Of(data!.Dataset, worker!.FeatureCount, worker.Module.Flat.Count, 0, rounds?.Slices ?? [])
                with { WeightsDigest = worker.WeightsDigest };
        });
    }

    public Task<EncodedBatch> EncodeAsync(long step) => Working(step, async () =>
    {
        EncoderWorker encoder = Worker(step);
        if (encoded?.Step > step)
        {
            throw new InvalidOperationException($"it is at step {encoded?.Step} already");
        }

        if (encoded?.Step != step)
        {
            Forget();
            WorkClock work = Work();
            encoded = (step, await lane.Run(() =>
            {
                work.Begin();
                encoder.Fetch(step);
                work.End(StepPhase.Data);
                EncoderForward forward = encoder.Encode(step);
                if (wire.IsHalf)
                {
                    using EncoderForward full = forward;
                    forward = full with { Features = wire.Round(full.Features, FeaturesKey) };
                }

                work.End(StepPhase.Encode);
                return forward;
            }));
            faults.Pass(FaultPoint.Encode, step);
        }

        EncoderForward forward = encoded!.Value.Forward;
        return new EncodedBatch
        {
            Features = TensorPayload.Float(forward.Features.alias()),
            Digest = forward.Digest,
            SampleCount = forward.SampleCount,
            Head = forward.Head is { } head ? OutputSums.Of(head) : null,
        };
    });

    public Task<double> LearnAsync(long step, TensorPayload featureGradient, double coefficient) => Working(step, async () =>
    {
        if (learned.Step == step)
        {
            featureGradient.Dispose(); // a repeat
            return learned.Norm;
        }

        using Tensor gradient = await featureGradient.TakeAsync();

        if (encoded?.Step != step)
        {
            throw new InvalidOperationException($"it can only learn from the step it encoded last, which is {encoded?.Step.ToString() ?? "none"}");
        }

        int samples = encoded.Value.Forward.SampleCount;
        double norm;
        WorkClock work = Work();
        if (reduction is null)
        {
            norm = await lane.Run(() =>
            {
                Backward(work, gradient);
                return Apply(work, step, coefficient);
            });
        }
        else
        {
            await lane.Run(() => Backward(work, gradient));
            await reduction.ReduceGradientsAsync(step, samples);
            await reduction.ReduceBuffersAsync(step, samples);
            work.End(StepPhase.Reduce);
            norm = await lane.Run(() => Apply(work, step, coefficient));
        }

        faults.Pass(FaultPoint.Learn, step);
        learned = (step, norm);
        return norm;
    });

    public Task<InferredBatch> InferAsync(Split split, int[] rows) => Working(-1, async () =>
    {
        EncoderWorker encoder = Worker(-1);
        EncoderInference inference = await lane.Run(() =>
        {
            EncoderInference full = encoder.Infer(split, rows);
            return wire.IsHalf ? Round(full) : full;
        });
        return new InferredBatch
        {
            Features = TensorPayload.Float(inference.Features),
            Logits = inference.Logits is null ? null : TensorPayload.Float(inference.Logits),
        };
    });

    public Task TakeAsync(long round, IAggregatorGrain[] aggregators) => Working(-1, async () =>
    {
        await Rounds().TakeAsync(round, aggregators);
        return true;
    });

    public Task BeginRoundAsync() => Working(-1, async () =>
    {
        await Rounds().BeginAsync();
        return true;
    });

    public Task<TensorPayload> LearnedAsync(long round, int slice) => Working(-1, () => Rounds().LearnedAsync(round, slice));

    public Task<TensorPayload> ValuesAsync(int slice) => Working(-1, () => Rounds().ValuesAsync(slice));

    public Task SaveAsync(string draftFolder, bool withModule) => Working(-1, () =>
    {
        TrainedModule module = Worker(-1).Module;
        return lane.Run(() =>
        {
            ModuleFiles.Save(draftFolder, $"encoder.{name}", order!, module, withModule);
            faults.Pass(FaultPoint.Write, learned.Step);
            return true;
        });
    });

    public Task RestoreAsync(string checkpointFolder, bool withOptimizer) => Working(-1, () =>
    {
        TrainedModule module = Worker(-1).Module;
        Forget(); // what was encoded and learned was of other weights
        learned = (-1, 0);
        rounds?.Forget();
        return lane.Run(() =>
        {
            ModuleFiles.Restore(checkpointFolder, $"encoder.{name}", order!, module, withOptimizer);
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
        Forget();
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
        (worker, reduction, data, ready, order, learned) = (null, null, null, null, null, (-1, 0));
    }

    private WorkClock Work() => meter.Steps.Work(order!.Shard, name);

    private void Backward(WorkClock work, Tensor gradient)
    {
        work.Begin();
        worker!.Backward(gradient);
        work.End(StepPhase.Backward);
    }

    private double Apply(WorkClock work, long step, double coefficient)
    {
        work.Begin();
        double norm = worker!.Apply(step, coefficient);
        work.End(StepPhase.Optimize);
        return norm;
    }

    private EncoderInference Round(EncoderInference full)
    {
        try
        {
            using Tensor wide = full.Features;
            return full with { Features = wire.Round(wide, FeaturesKey) };
        }
        catch
        {
            full.Logits?.Dispose();
            throw;
        }
    }

    private EncoderWorker Worker(long step) =>
        worker ?? throw new WorkerNotReadyException($"it was not prepared or is of an ended generation; step {step} is refused");

    private RoundMember Rounds() => rounds ?? throw new WorkerNotReadyException("it was not prepared or is of an ended generation");

    private Task<T> Working<T>(long step, Func<Task<T>> work) => WorkerFailure.Name($"Encoder '{name}'", this.GetPrimaryKeyString(), () => order, step, work);

    private void Forget()
    {
        encoded?.Forward.Dispose();
        encoded = null;
    }
}
