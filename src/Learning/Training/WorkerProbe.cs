using Actors.Learning.Data;
using Actors.Learning.Devices;
using Actors.Learning.Optimization;
using TorchSharp;
using static TorchSharp.torch;

namespace Actors.Learning.Training;

/// <summary>Takes a few steps with each module of a run to see what it costs; what was learned is thrown away.</summary>
public static class WorkerProbe
{
    private const int LeastSteps = 3;
    private const int MostSteps = 4;
    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(0.05); // steps that take long differ little

    /// <summary>Measures a shard's workers one after the other. Call on the device's lane.</summary>
    /// <param name="dataset">Not owned.</param>
    /// <param name="options">The run's options.</param>
    /// <param name="shard">Index d of a shard whose samples are here.</param>
    /// <param name="device">Where to measure.</param>
    /// <param name="time">The clock.</param>
    /// <returns>The encoders' costs in the order of the modalities, then the fusion's.</returns>
    public static WorkerCost[] Measure(IDataset dataset, TrainingOptions options, int shard, DeviceName device, TimeProvider time)
    {
        var costs = new List<WorkerCost>();
        var encoded = new List<EncoderForward>();
        var widths = new List<long>();
        try
        {
            for (int i = 0; i < options.Modalities.Count; i++)
            {
                using var encoder = new EncoderWorker(dataset, options, i, shard, device);
                long activations = encoder.CountActivations();
                double seconds = Fastest(device, time, step =>
                {
                    using EncoderForward forward = encoder.Encode(step);
                    using Tensor gradient = zeros_like(forward.Features);
                    encoder.Backward(gradient);
                    encoder.Apply(step, 1);
                });
                widths.Add(encoder.FeatureCount);
                encoded.Add(encoder.Encode(0));
                long inputs = encoded[i].SampleCount * Batches(device)
                    * dataset.Modalities.First(one => one.Name == options.Modalities[i].Name).Shape.Aggregate(1L, (a, b) => a * b);
                long bytes = Bytes(encoder.Module, options) + (sizeof(float) * ((2 * activations) + inputs));
                costs.Add(new WorkerCost(bytes, seconds));
            }

            using var fusion = new FusionWorker(dataset, options, widths, shard, device);
            double[] ones = [.. widths.Select(_ => 1.0)];
            costs.Add(new WorkerCost(Bytes(fusion.Module, options), Fastest(device, time, _ =>
            {
                fusion.Fuse(0, [.. encoded.Select(e => e.Features)], [.. encoded.Select(e => e.Digest)]).Dispose();
                fusion.Apply(0, ones);
            })));
        }
        finally
        {
            encoded.ForEach(e => e.Dispose());
        }

        return [.. costs];
    }

    private static double Fastest(DeviceName device, TimeProvider time, Action<long> step)
    {
        Timed(0); // warms up
        long began = time.GetTimestamp();
        double fastest = double.PositiveInfinity;
        for (long n = 1; n < LeastSteps || (n < MostSteps && time.GetElapsedTime(began) < Enough); n++)
        {
            fastest = Math.Min(fastest, Timed(n));
        }

        return Math.Max(fastest, 1e-9);

        double Timed(long n)
        {
            long from = time.GetTimestamp();
            step(n);
            if (device.Kind == DeviceType.CUDA)
            {
                cuda.synchronize(device.ToTorch()); // a GPU is only told what to do
            }

            return time.GetElapsedTime(from).TotalSeconds;
        }
    }

    /// <summary>Batches that an encoder has in its device's memory: the one it learns from, and on a CPU those kept ready.</summary>
    private static int Batches(DeviceName device) => device.Kind == DeviceType.CPU ? BatchFeed.Ahead + 1 : 1;

    private static long Bytes(TrainedModule module, TrainingOptions options)
    {
        long parameters = module.Flat.Count, statistics = module.Statistics.Count;
        long scratch = options.Optimizer.Name == Optimizers.Sgd ? 0 : parameters; // of Adam, beside its state
        long start = options.Synchronization == SynchronizationMode.Parameters ? parameters + statistics : 0; // what a round began with
        return sizeof(float) * ((2 * parameters) + module.OptimizerState.Values.Sum(state => state.numel()) + scratch + statistics + start);
    }
}
