using Actors.Learning.Balancing;
using Actors.Learning.Data;
using Actors.Learning.Devices;
using Actors.Learning.Fusion;
using Actors.Learning.Native;
using Actors.Learning.Optimization;
using TorchSharp;
using static TorchSharp.torch;

namespace Actors.Learning.Training;

/// <summary>The fusion on one shard: joins the features, and says what each encoder is to learn from it.</summary>
/// <remarks>Not thread-safe: one lane calls it. A step is Fuse, (reduction of <see cref="Module"/>'s gradients,) Apply.</remarks>
public sealed class FusionWorker : IDisposable
{
    private readonly TrainingOptions options;
    private readonly int shard;
    private readonly LossWeights losses;
    private readonly CoefficientTarget target;
    private readonly Device device;
    private readonly FusionNetwork network;
    private readonly BatchSampler sampler;
    private readonly SampleTable samples;
    private readonly LabelSource labels;

    /// <summary>Makes the fusion of one shard.</summary>
    /// <param name="dataset">Not owned.</param>
    /// <param name="options">The run's options.</param>
    /// <param name="featureCounts">D_i of each modality, [M].</param>
    /// <param name="shard">Index d.</param>
    /// <param name="device">Where it computes.</param>
    public FusionWorker(IDataset dataset, TrainingOptions options, IReadOnlyList<long> featureCounts, int shard, DeviceName device)
    {
        (this.options, this.shard, this.device) = (options, shard, device.ToTorch());
        IBalancingMethod method = BalancingMethods.Create(options.Method, options.Modalities.Count);
        (losses, target) = (method.Losses, method.Target);
        samples = dataset.Samples(Split.Train);
        sampler = Shards.Sampler(samples, options, shard);
        network = DerivedSeed.Build(
            DerivedSeed.Of(options.Seed, "fusion"),
            () => Fusions.Create(method.Fusion(options.Fusion), featureCounts, dataset.Classes.Count, DerivedSeed.Of(options.Seed, $"fusion/dropout/{shard}")),
            made => made.parameters().Concat(made.buffers()));
        network.to(this.device);
        if (device.Kind != DeviceType.CPU)
        {
            LiveTensors.CountParameters(network.parameters()); // made anew there
        }

        Module = new TrainedModule(
            [.. network.named_parameters().Select(p => (p.name, p.parameter))],
            [.. network.named_buffers().Select(b => (b.name, b.buffer))],
            options,
            sampler.StepsPerEpoch * options.Epochs);
        labels = new LabelSource(dataset, this.device);
    }

    /// <summary>Parameters, gradients and optimiser.</summary>
    public TrainedModule Module { get; }

    /// <summary>Steps of one epoch.</summary>
    public long StepsPerEpoch => sampler.StepsPerEpoch;

    /// <summary>Training samples that are the shard's own; all where each epoch is dealt anew.</summary>
    public int OwnSampleCount => sampler.OwnCount;

    /// <summary>Forward and backward of the fused output for one step; fills the fusion's gradients.</summary>
    /// <param name="step">Zero-based step.</param>
    /// <param name="features">z_i [B, D_i], [M]; any device and floating type; stay the caller's.</param>
    /// <param name="digests">Digest of each modality's batch, [M].</param>
    /// <returns>The gradient for each encoder, and sums. The caller disposes it.</returns>
    /// <exception cref="InvalidDataException">A modality encoded other samples than the sampler drew; names shard, modality and step.</exception>
    public FusionForward Fuse(long step, IReadOnlyList<Tensor> features, IReadOnlyList<ulong> digests)
    {
        int[] rows = sampler.Rows(step);
        CheckAlignment(step, rows, digests);
        using var scope = NewDisposeScope();
        network.BeginStep(step);
        Module.Flat.ZeroGradients();
        Tensor[] leaves = [.. features.Select(z => z.to(ScalarType.Float32, device).detach().requires_grad_())]; // M × [B, D_i]
        Tensor truth = labels.Of(rows); // [B]
        (Tensor loss, Tensor fused) = CrossEntropy.Of(network.forward(leaves), truth);
        loss.backward([loss.FilledLike(losses.Multimodal)]);
        bool scoresSlices = network.HasSlices && losses.Unimodal.All(weight => weight == 0);
        OutputStatistics[] read = CrossEntropy.Read([fused, .. scoresSlices ? Slices(leaves, truth) : []]); // when all of the step is queued
        Tensor[] gradients = [.. leaves.Select(leaf => leaf.grad!.DetachFromDisposeScope())];
        return new FusionForward(gradients, read[0], rows.Length, scoresSlices ? read[1..] : null);
    }

    /// <summary>Applies the gradients as they stand, each modality's own part ×k_i, clipped, through the optimiser.</summary>
    /// <param name="step">The step.</param>
    /// <param name="coefficients">k, [M].</param>
    public void Apply(long step, ReadOnlySpan<double> coefficients)
    {
        var factors = new List<RangeFactor>();
        for (int i = 0; i < coefficients.Length; i++)
        {
            foreach (string name in network.ModalityParameters(i))
            {
                factors.Add(new RangeFactor(Module.Flat.Range(name), coefficients[i]));
            }
        }

        RangeFactor[] ordered = [.. factors.OrderBy(factor => factor.Range.Offset)];
        Module.Step(step, ordered, target);
    }

    /// <summary>Logits of some samples without learning from them.</summary>
    /// <param name="encoded">What each encoder inferred for them, [M]; stay the caller's.</param>
    /// <returns>
    /// Fused logits [B, C], then one entry per modality: the head's logits, else its slice of the fused ones, else null. On the fusion's device; the caller
    /// disposes them.
    /// </returns>
    public (Tensor Fused, IReadOnlyList<Tensor?> Unimodal) Infer(IReadOnlyList<EncoderInference> encoded)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        network.eval();
        Tensor[] features = [.. encoded.Select(e => e.Features.to(ScalarType.Float32, device))]; // M × [B, D_i]
        Tensor fused = network.forward(features).DetachFromDisposeScope(); // [B, C]
        Tensor?[] unimodal = [.. encoded.Select((e, i) =>
            e.Logits is { } logits ? logits.to(device).alias().DetachFromDisposeScope()
            : network.HasSlices ? network.SliceLogits(i, features[i]).DetachFromDisposeScope()
            : null)];
        network.train();
        return (fused, unimodal);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Module.Dispose();
        network.Dispose();
    }

    private Tensor[] Slices(Tensor[] features, Tensor truth)
    {
        using var noGrad = no_grad();
        return [.. features.Select((z, i) => CrossEntropy.Sums(network.SliceLogits(i, z), truth))];
    }

    private void CheckAlignment(long step, int[] rows, IReadOnlyList<ulong> digests)
    {
        ulong expected = BatchSampler.Digest(samples, rows);
        for (int i = 0; i < digests.Count; i++)
        {
            if (digests[i] != expected)
            {
                throw new InvalidDataException(
                    $"All modalities of a step must encode the same samples, but '{options.Modalities[i].Name}' "
                    + $"encoded others than shard {shard} drew for step {step}. "
                    + "Its dataset differs from the others': compare the data digests of the hosts.");
            }
        }
    }
}
