using Actors.Learning.Checkpoints;
using Actors.Learning.Data;
using Actors.Learning.Encoders;
using static TorchSharp.torch;

namespace Actors.Learning.Training;

/// <summary>Finds what a run asks of its data that does not go with it, before anything is trained.</summary>
public static class DataFit
{
    /// <summary>
    /// Shards that the data names otherwise, batches that a shard cannot fill or that are too small for an encoder, encoders and weights
    /// that do not take its samples. Modalities it lacks are passed over.
    /// </summary>
    /// <param name="dataset">Not owned.</param>
    /// <param name="options">The run's options.</param>
    /// <returns>All of them: the setting to change, and a sentence.</returns>
    /// <remarks>Makes each encoder once: call it where torch may compute.</remarks>
    public static IReadOnlyList<(string Key, string Text)> Faults(IDataset dataset, TrainingOptions options) =>
    [
        .. OfShards(dataset.Samples(Split.Train), options),
        .. options.Modalities.SelectMany(wanted => dataset.Modalities.Where(modality => modality.Name == wanted.Name)
            .SelectMany(modality => OfEncoder(dataset, options, wanted, modality))),
    ];

    private static IEnumerable<(string Key, string Text)> OfShards(SampleTable samples, TrainingOptions options)
    {
        const string Count = "training.shards", Batch = "training.batch_size";
        if (samples.Shards is null)
        {
            int smallest = samples.Count / options.ShardCount;
            if (smallest == 0)
            {
                yield return (Count, $"{Count} must leave every shard a sample, but is '{options.ShardCount}' for {samples.Count} training samples.");
            }
            else if (options.BatchSize > smallest)
            {
                yield return (
                    Batch,
                    $"{Batch} must be at most the smallest shard, {smallest} samples ({samples.Count} in {options.ShardCount} shards), "
                    + $"but is '{options.BatchSize}'.");
            }

            yield break;
        }

        string[] names = samples.ShardNames();
        if (names.Length != options.ShardCount)
        {
            yield return (
                Count,
                $"{Count} must be the number of shards that the data names, {names.Length} ({string.Join(", ", names)}), but is '{options.ShardCount}'.");
        }

        (string Name, int Count)[] small =
        [
            .. names.Select(name => (name, samples.Shards.Count(shard => shard == name))).Where(shard => shard.Item2 < options.BatchSize),
        ];
        if (small.Length > 0)
        {
            yield return (
                Batch,
                $"{Batch} must be at most the smallest shard, {small.Min(shard => shard.Count)} samples, but is '{options.BatchSize}', "
                + $"and {string.Join(", ", small.Select(shard => $"shard '{shard.Name}' has {shard.Count}"))}. "
                + "Lower it, or give these shards more samples.");
        }
    }

    private static IEnumerable<(string Key, string Text)> OfEncoder(IDataset dataset, TrainingOptions options, ModalityOptions wanted, Modality modality)
    {
        string key = $"modalities.{wanted.Name}";
        ModalityNetwork? network = null;
        try
        {
            network = DerivedSeed.Build(
                options.Seed,
                () => new ModalityNetwork(EncoderCatalog.Create(wanted.Encoder, modality.Shape), dataset.Classes.Count),
                made => made.NamedParameters().Select(p => (Tensor)p.Parameter).Concat(made.NamedBuffers().Select(b => b.Buffer)));
            if (wanted.Encoder.Weights is { } weights)
            {
                PretrainedWeights.Load(network, weights);
            }

            return options.BatchSize > 1 || TakesOneSample(network, modality.Shape)
                ? []
                :
                [
                    ("training.batch_size",
                    $"training.batch_size must be at least 2 for encoder '{wanted.Encoder.Name}' of modality '{wanted.Name}', but is '1': "
                    + $"it normalises over the batch, and of one sample of [{string.Join(", ", modality.Shape)}] a channel has one value. "
                    + "Raise it, or take larger samples or another encoder."),
                ];
        }
        catch (ArgumentException failure)
        {
            return [(wanted.Encoder.Depth is null ? $"{key}.encoder" : $"{key}.depth", $"{key}: {failure.Message}")];
        }
        catch (CheckpointException failure)
        {
            return [($"{key}.weights", $"{key}.weights: {failure.Message}")];
        }
        finally
        {
            network?.Dispose();
        }
    }

    /// <summary>False where a layer that normalises over the batch gets one value a channel of one sample.</summary>
    /// <remarks>torch says nothing: what the layer puts out is then the same for every sample, its running variance no number.</remarks>
    private static bool TakesOneSample(ModalityNetwork network, IReadOnlyList<long> shape)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        network.Encoder.forward(zeros([1, .. shape]));
        return network.NamedBuffers().All(one => one.Buffer.isfinite().all().item<bool>());
    }
}
