using Actors.Learning.Data;
using Actors.Learning.Devices;

namespace Actors.Learning.Training;

/// <summary>The workers of one shard in this thread. A step is Forward, then Learn.</summary>
internal sealed class LocalShard : IDisposable
{
    private EncoderForward[] encoded = [];
    private FusionForward? fused;

    public LocalShard(IDataset dataset, TrainingOptions options, int shard, DeviceName device)
    {
        Encoders = [.. options.Modalities.Select((_, i) => new EncoderWorker(dataset, options, i, shard, device))];
        Fusion = new FusionWorker(dataset, options, [.. Encoders.Select(e => e.FeatureCount)], shard, device);
    }

    public EncoderWorker[] Encoders { get; }

    public FusionWorker Fusion { get; }

    /// <summary>Encoders, then the fusion.</summary>
    public IEnumerable<TrainedModule> Modules => Encoders.Select(e => e.Module).Append(Fusion.Module);

    /// <summary>Of the fused output in the last step.</summary>
    public OutputStatistics Fused => fused!.Fused;

    /// <summary>Samples of the last step.</summary>
    public int SampleCount => fused!.SampleCount;

    /// <summary>Of each modality's own output in the last step, [M].</summary>
    public OutputStatistics?[] Unimodal => [.. encoded.Select((e, i) => e.Head ?? fused!.Slices?[i])];

    public void Forward(long step)
    {
        Forget();
        encoded = [.. Encoders.Select(encoder => encoder.Encode(step))];
        fused = Fusion.Fuse(step, [.. encoded.Select(e => e.Features)], [.. encoded.Select(e => e.Digest)]);
    }

    /// <summary>Learns from the last step; returns the norm of each encoder's gradient, [M].</summary>
    public double[] Learn(long step, double[] coefficients)
    {
        for (int i = 0; i < Encoders.Length; i++)
        {
            Encoders[i].Backward(fused!.FeatureGradients[i]);
            Encoders[i].Apply(step, coefficients[i]);
        }

        Fusion.Apply(step, coefficients);
        return [.. Encoders.Select(encoder => encoder.GradientNorm())]; // when all of the step is queued
    }

    /// <summary>Disposes what the last step left.</summary>
    public void Forget()
    {
        Array.ForEach(encoded, e => e.Dispose());
        fused?.Dispose();
        (encoded, fused) = ([], null);
    }

    public void Dispose()
    {
        Forget();
        Array.ForEach(Encoders, encoder => encoder.Dispose());
        Fusion.Dispose();
    }
}
