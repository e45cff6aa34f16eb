using Actors.Grains.Devices;
using Actors.Grains.Diagnostics;
using Actors.Grains.Faults;
using Actors.Grains.Placement;
using Actors.Grains.Tensors;
using Actors.Learning.Data;
using Actors.Learning.Devices;
using Actors.Learning.Training;
using static TorchSharp.torch;

namespace Actors.Grains.Workers;

/// <inheritdoc cref="IEncoderGrain"/>
[PinnedPlacement, GrainType("encoder")]
internal sealed class EncoderGrain(
    Lanes lanes, DatasetCache datasets, ActorsMeter meter, FaultPoints faults, WorkerCalls calls, GenerationWatch watch)
    : ModuleGrain<EncoderWorker>(lanes, datasets, faults, calls, watch), IEncoderGrain
{
    private const string FeaturesKey = "wire.features";

    private readonly FaultPoints points = faults;
    private string name = "";
    private WireFormat wire = WireFormat.Full;
    private (long Step, EncoderForward Forward)? encoded;
    private (long Step, double? Norm) learned = (-1, null);

    protected override string ModuleName => $"encoder.{name}";

    protected override string Title => $"Encoder '{name}'";

    public Task<EncodedBatch> EncodeAsync(long step) => Working(step, async () =>
    {
        EncoderWorker encoder = Worker();
        if (encoded?.Step > step)
        {
            throw new InvalidOperationException($"it is at step {encoded?.Step} already");
        }

        if (encoded?.Step != step)
        {
            DropEncoded();
            WorkClock work = Work();
            encoded = (step, await Lane.Run(() => Encode(encoder, step, work)));
            points.Pass(FaultPoint.Encode, step);
        }

        EncoderForward forward = encoded!.Value.Forward;
        return new EncodedBatch
        {
            Features = TensorPayload.Give(forward.Features.alias()),
            Digest = forward.Digest,
            SampleCount = forward.SampleCount,
            Head = forward.Head is { } head ? OutputSums.Of(head) : null,
        };
    });

    public Task<double?> LearnAsync(long step, TensorPayload featureGradient, double coefficient, bool tellsNorm) => Working(step, async () =>
    {
        if (learned.Step == step)
        {
            featureGradient.Dispose(); // a repeat
            return learned.Norm;
        }

        EncoderWorker encoder = Worker();
        using Tensor gradient = await featureGradient.TakeAsync();
        if (encoded?.Step != step)
        {
            throw new InvalidOperationException(
                $"it can only learn from the step it encoded last, which is {encoded?.Step.ToString() ?? "none"}");
        }

        int samples = encoded.Value.Forward.SampleCount;
        double? norm;
        WorkClock work = Work();
        if (Reduction is not { } reduction)
        {
            norm = await Lane.Run(() =>
            {
                Backward(encoder, work, gradient);
                return Apply(encoder, work, step, coefficient, tellsNorm);
            });
        }
        else
        {
            await Lane.Run(() => Backward(encoder, work, gradient));
            await reduction.ReduceGradientsAsync(step, samples);
            await reduction.ReduceBuffersAsync(step, samples);
            work.End(StepPhase.Reduce);
            norm = await Lane.Run(() => Apply(encoder, work, step, coefficient, tellsNorm));
        }

        points.Pass(FaultPoint.Learn, step);
        learned = (step, norm);
        return norm;
    });

    public Task BeginRoundAsync() => Working(-1, () => Rounds.BeginAsync());

    public Task<InferredBatch> InferAsync(Split split, int[] rows) => Working(-1, async () =>
    {
        EncoderWorker encoder = Worker();
        EncoderInference inference = await Lane.Run(() =>
        {
            EncoderInference full = encoder.Infer(split, rows);
            return wire.IsHalf ? Round(full) : full;
        });
        return new InferredBatch
        {
            Features = TensorPayload.Give(inference.Features),
            Logits = inference.Logits is null ? null : TensorPayload.Give(inference.Logits),
        };
    });

    protected override void Begin(WorkerOrder order, TrainingOptions options)
    {
        name = options.Modalities[order.Modality].Name;
        wire = WireFormat.Of(order.Configuration.Wire.Features);
    }

    protected override EncoderWorker Make(IDataset dataset, TrainingOptions options, DeviceName device) =>
        new(dataset, options, Order!.Modality, Order.Shard, device);

    protected override TrainedModule ModuleOf(EncoderWorker worker) => worker.Module;

    protected override WorkerReady Describe(EncoderWorker worker, WorkerReady ready) =>
        ready with { FeatureCount = worker.FeatureCount, WeightsDigest = worker.WeightsDigest };

    protected override void Forget()
    {
        DropEncoded();
        learned = (-1, null);
    }

    protected override void PassSaved() => points.Pass(FaultPoint.Write, learned.Step);

    private EncoderForward Encode(EncoderWorker encoder, long step, WorkClock work)
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
    }

    private static void Backward(EncoderWorker encoder, WorkClock work, Tensor gradient)
    {
        work.Begin();
        encoder.Backward(gradient);
        work.End(StepPhase.Backward);
    }

    private static double? Apply(EncoderWorker encoder, WorkClock work, long step, double coefficient, bool tellsNorm)
    {
        work.Begin();
        encoder.Apply(step, coefficient);
        double? norm = tellsNorm ? encoder.GradientNorm() : null;
        work.End(StepPhase.Optimize);
        return norm;
    }

    private WorkClock Work() => meter.Steps.Work(Order!.Shard, name);

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

    private void DropEncoded()
    {
        encoded?.Forward.Dispose();
        encoded = null;
    }
}
