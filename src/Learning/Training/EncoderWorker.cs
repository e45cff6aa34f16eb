using Actors.Learning.Balancing;
using Actors.Learning.Checkpoints;
using Actors.Learning.Data;
using Actors.Learning.Devices;
using Actors.Learning.Encoders;
using Actors.Learning.Native;
using Actors.Learning.Optimization;
using Actors.Learning.Parameters;
using TorchSharp;
using static TorchSharp.torch;

namespace Actors.Learning.Training;

/// <summary>One modality's encoder and head on one shard: encodes a batch, then learns from the gradient that comes back.</summary>
/// <remarks>Not thread-safe: one lane calls it. A step is Encode, Backward, (reduction of <see cref="Module"/>'s gradients,) Apply.</remarks>
public sealed class EncoderWorker : IDisposable
{
    private readonly IDataset dataset;
    private readonly string modality;
    private readonly double headWeight;
    private readonly CoefficientTarget target;
    private readonly Device device;
    private readonly ModalityNetwork network;
    private readonly BatchFeed feed;
    private readonly LabelSource labels;
    private Tensor? features; // z_i with its graph, between Encode and Backward
    private Tensor? headLoss;
    private Batch? fetched; // between Fetch and Encode
    private Tensor? norm; // of the last gradient

    /// <summary>Makes the worker of one modality and shard.</summary>
    /// <param name="dataset">Not owned.</param>
    /// <param name="options">The run's options.</param>
    /// <param name="modality">Index i in the options' modalities.</param>
    /// <param name="shard">Index d.</param>
    /// <param name="device">Where it computes.</param>
    /// <exception cref="CheckpointException">The encoder's weights cannot be read, or do not fit it.</exception>
    public EncoderWorker(IDataset dataset, TrainingOptions options, int modality, int shard, DeviceName device)
    {
        this.dataset = dataset;
        this.modality = options.Modalities[modality].Name;
        this.device = device.ToTorch();
        IBalancingMethod method = BalancingMethods.Create(options.Method, options.Modalities.Count);
        (headWeight, target) = (method.Losses.Unimodal[modality], method.Target);
        SampleTable samples = dataset.Samples(Split.Train);
        BatchSampler sampler = Shards.Sampler(samples, options, shard);
        IReadOnlyList<long> shape = dataset.Modalities.First(m => m.Name == this.modality).Shape;
        network = DerivedSeed.Build(
            DerivedSeed.Of(options.Seed, $"encoder/{this.modality}"),
            () => new ModalityNetwork(EncoderCatalog.Create(options.Modalities[modality].Encoder, shape), dataset.Classes.Count),
            made => made.NamedParameters().Select(p => (Tensor)p.Parameter).Concat(made.NamedBuffers().Select(b => b.Buffer)));
        try
        {
            network.To(this.device);
            if (device.Kind != DeviceType.CPU)
            {
                LiveTensors.CountParameters(network.NamedParameters().Select(p => (Tensor)p.Parameter)); // made anew there
            }

            if (options.Modalities[modality].Encoder.Weights is { } weights)
            {
                WeightsDigest = PretrainedWeights.Digest(weights);
                PretrainedWeights.Load(network, weights);
            }

            Module = new TrainedModule(network.NamedParameters(), network.NamedBuffers(), options, sampler.StepsPerEpoch * options.Epochs);
            labels = new LabelSource(dataset, this.device);
            feed = new BatchFeed(dataset, this.modality, sampler, device);
        }
        catch
        {
            Module?.Dispose();
            network.Dispose(); // nobody gets a worker that could do it
            throw;
        }
    }

    /// <summary>Parameters, gradients and optimiser.</summary>
    public TrainedModule Module { get; }

    /// <summary>SHA-256 (hex) of the pre-trained weights that it began with; null where there are none.</summary>
    public string? WeightsDigest { get; }

    /// <summary>D_i, the width of the features.</summary>
    public long FeatureCount => network.Encoder.FeatureCount;

    /// <summary>Waits for the batch of a step. <see cref="Encode"/> does it where nobody did, and so cannot tell the waiting from the encoding.</summary>
    /// <exception cref="DataException">The dataset could not read it.</exception>
    public void Fetch(long step)
    {
        if (fetched?.Step != step)
        {
            fetched?.Dispose();
            fetched = null;
            fetched = feed.Take(step);
        }
    }

    /// <summary>Encodes the batch of a step.</summary>
    /// <param name="step">Zero-based step; the batch is a pure function of it.</param>
    /// <returns>Features and sums. The caller disposes it.</returns>
    /// <exception cref="NotFiniteNumberException">The head's loss is no number any more: the training has diverged. Its score would be none either.</exception>
    public EncoderForward Encode(long step)
    {
        Forget();
        using var scope = NewDisposeScope();
        Fetch(step);
        using Batch batch = fetched!;
        fetched = null;
        Tensor? truth = headWeight > 0 ? labels.Of(batch.Rows) : null; // [B]; first, since it waits for what the device is at
        Tensor encoded = network.Encoder.forward(batch.Input); // [B, D_i]
        OutputStatistics? head = null;
        if (truth is not null)
        {
            (Tensor loss, Tensor sums) = CrossEntropy.Of(network.Head.forward(encoded), truth);
            OutputStatistics read = CrossEntropy.Read(sums)[0];
            Divergence.Refuse(read.LossSum, step, modality);
            head = read;
            headLoss = loss.DetachFromDisposeScope();
        }

        features = encoded.DetachFromDisposeScope();
        return new EncoderForward(encoded.detach().DetachFromDisposeScope(), batch.Digest, batch.Rows.Length, head);
    }

    /// <summary>Fills the gradients: one backward of two roots, z_i with ∂L_mm/∂z_i and the head's loss with its weight.</summary>
    /// <param name="featureGradient">∂L_mm/∂z_i [B, D_i]; any device and floating type; stays the caller's.</param>
    /// <exception cref="InvalidOperationException">No batch was encoded since the last call.</exception>
    public void Backward(Tensor featureGradient)
    {
        if (features is null)
        {
            throw new InvalidOperationException($"Backward of modality '{modality}' must follow Encode of the same step, but no batch is encoded.");
        }

        using var scope = NewDisposeScope();
        Module.Flat.ZeroGradients();
        Tensor upstream = featureGradient.to(ScalarType.Float32, device);
        if (headLoss is null)
        {
            features.backward([upstream]);
        }
        else
        {
            autograd.backward([features, headLoss], [upstream, headLoss.FilledLike(headWeight)]);
        }

        Forget();
    }

    /// <summary>Applies the gradients as they stand, ×k, clipped, through the optimiser.</summary>
    /// <param name="step">The step.</param>
    /// <param name="coefficient">k_i.</param>
    public void Apply(long step, double coefficient)
    {
        norm?.Dispose();
        norm = GradientClipping.Norm(Module.Flat.Gradients).DetachFromDisposeScope();
        Module.Step(step, [new RangeFactor(new FlatRange(0, Module.Flat.Count), coefficient)], target);
    }

    /// <summary>Norm of the gradient that was applied last, before ×k and clipping. Waits for the device.</summary>
    /// <exception cref="InvalidOperationException">None was applied yet.</exception>
    public double GradientNorm()
    {
        using var scope = NewDisposeScope(); // a GPU's number comes through a tensor
        return (norm ?? throw new InvalidOperationException($"Modality '{modality}' must apply a gradient before its norm is asked for.")).item<float>();
    }

    /// <summary>Encodes samples without learning from them.</summary>
    /// <param name="split">Split of the rows.</param>
    /// <param name="rows">Row numbers.</param>
    /// <returns>Features and, where the head is trained, its logits. The caller disposes it.</returns>
    public EncoderInference Infer(Split split, IReadOnlyList<int> rows)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        network.Train(false);
        Tensor input = dataset.Load(modality, split, rows).to(device);
        Tensor encoded = network.Encoder.forward(input); // [B, D_i]
        Tensor? logits = headWeight > 0 ? network.Head.forward(encoded).DetachFromDisposeScope() : null; // [B, C]
        network.Train(true);
        return new EncoderInference(encoded.DetachFromDisposeScope(), logits);
    }

    /// <summary>Encodes the batch of step 0 and counts what the layers put out, B included: what a backward pass needs kept.</summary>
    internal long CountActivations()
    {
        long count = 0;
        List<Action> unhook = [];
        foreach (nn.Module<Tensor, Tensor> layer in network.Layers())
        {
            unhook.Add(layer.register_forward_hook((_, _, output) =>
            {
                count += output.numel();
                return output;
            }).remove);
        }

        Encode(0).Dispose();
        unhook.ForEach(remove => remove());
        return count;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Forget();
        fetched?.Dispose();
        norm?.Dispose();
        feed.Dispose();
        Module.Dispose();
        network.Dispose();
    }

    private void Forget()
    {
        features?.Dispose();
        headLoss?.Dispose();
        (features, headLoss) = (null, null);
    }
}
