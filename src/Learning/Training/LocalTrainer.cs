using Actors.Learning.Balancing;
using Actors.Learning.Data;
using Actors.Learning.Devices;

namespace Actors.Learning.Training;

/// <summary>Trains one shard in this thread, without actors: the oracle and the yardstick of the actor run.</summary>
public sealed class LocalTrainer : IDisposable
{
    private readonly EncoderWorker[] encoders;
    private readonly FusionWorker fusion;
    private readonly Balancer balancer;

    /// <summary>Makes the workers.</summary>
    /// <param name="dataset">Not owned.</param>
    /// <param name="options">The run's options; one shard.</param>
    /// <param name="device">Where everything computes.</param>
    public LocalTrainer(IDataset dataset, TrainingOptions options, DeviceName device)
    {
        if (options.ShardCount != 1)
        {
            throw new ArgumentException($"LocalTrainer trains one shard, but the options have {options.ShardCount}. Use the actors for more.", nameof(options));
        }

        encoders = [.. options.Modalities.Select((_, i) => new EncoderWorker(dataset, options, i, 0, device))];
        fusion = new FusionWorker(dataset, options, [.. encoders.Select(e => e.FeatureCount)], 0, device);
        balancer = new Balancer(options.Method, options.Modalities.Count);
    }

    /// <summary>The encoders, [M].</summary>
    public IReadOnlyList<EncoderWorker> Encoders => encoders;

    /// <summary>The fusion.</summary>
    public FusionWorker Fusion => fusion;

    /// <summary>Takes one step.</summary>
    /// <param name="step">Zero-based step; steps come in order.</param>
    /// <returns>What the step did.</returns>
    public StepResult Step(long step)
    {
        EncoderForward[] encoded = [.. encoders.Select(encoder => encoder.Encode(step))];
        try
        {
            using FusionForward fused = fusion.Fuse(step, [.. encoded.Select(e => e.Features)], [.. encoded.Select(e => e.Digest)]);
            OutputStatistics?[] unimodal = [.. encoded.Select((e, i) => e.Head ?? fused.Slices?[i])];
            Balance balance = balancer.Exchange([.. unimodal.Select(u => u?.ScoreSum)], [.. encoded.Select(e => (long)e.SampleCount)]);
            double[] norms = new double[encoders.Length];
            for (int i = 0; i < encoders.Length; i++)
            {
                encoders[i].Backward(fused.FeatureGradients[i]);
                norms[i] = encoders[i].Apply(step, balance.Coefficients[i]);
            }

            fusion.Apply(step, balance.Coefficients);
            return new StepResult(fused.Fused, fused.SampleCount, unimodal, balance, norms);
        }
        finally
        {
            Array.ForEach(encoded, e => e.Dispose());
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Array.ForEach(encoders, encoder => encoder.Dispose());
        fusion.Dispose();
    }
}
