using Actors.Learning.Balancing;
using Actors.Learning.Data;
using Actors.Learning.Data.Synthetic;
using Actors.Learning.Devices;
using Actors.Learning.Encoders;
using Actors.Learning.Fusion;
using Actors.Learning.Optimization;
using Actors.Learning.Training;

namespace Actors.Learning.Tests.Training;

public sealed class WorkerProbeTests : IDisposable
{
    private const int Batch = 16;

    private static readonly EncoderOptions Encoder = new() { Name = "lenet", Width = 4, Depth = 1 };

    private readonly SyntheticDataset data = new(1, new SyntheticOptions { Noise = [0.3, 1] }); // samples of [1, 8, 8]

    public void Dispose() => data.Dispose();

    [Theory]
    [InlineData(Optimizers.Sgd, SynchronizationMode.Gradients, 3, 1)] // weights, gradients, momentum; statistics
    [InlineData(Optimizers.Adam, SynchronizationMode.Gradients, 5, 1)] // two moments and what is divided by
    [InlineData(Optimizers.Adam, SynchronizationMode.Parameters, 6, 2)] // and what the round began with
    public void Measure_OnACpu_CountsEveryBufferAndTheBatchesKeptReady(
        string optimizer, SynchronizationMode synchronization, int perParameter, int perStatistic)
    {
        TrainingOptions options = Options(optimizer, synchronization);
        using var encoder = new EncoderWorker(data, options, 0, 0, DeviceName.Cpu);
        using var fusion = new FusionWorker(data, options, [encoder.FeatureCount, encoder.FeatureCount], 0, DeviceName.Cpu);
        long batches = (BatchFeed.Ahead + 1) * Batch * 8 * 8;
        WorkerCost[] costs = WorkerProbe.Measure(data, options, 0, DeviceName.Cpu, TimeProvider.System);

        Assert.Equal(Buffers(encoder.Module) + (sizeof(float) * ((2 * encoder.CountActivations()) + batches)), costs[0].Bytes);
        Assert.Equal(Buffers(fusion.Module), costs[^1].Bytes);

        long Buffers(TrainedModule module) =>
            sizeof(float) * ((perParameter * module.Flat.Count) + (perStatistic * module.Statistics.Count));
    }

    [Fact]
    public void CountActivations_OfResNet18_CountsWhatEveryConvolutionAndNormalisationPutsOut()
    {
        using var pictures = new SyntheticDataset(1, new SyntheticOptions { Size = 64, Samples = 8 });
        TrainingOptions options = Options(Optimizers.Sgd, SynchronizationMode.Gradients);
        var resnet = new EncoderOptions { Name = "resnet18" };
        options = options with { BatchSize = 2, Modalities = [.. options.Modalities.Select(modality => modality with { Encoder = resnet })] };
        using var encoder = new EncoderWorker(pictures, options, 0, 0, DeviceName.Cpu);
        long stem = 2 * 64 * 32 * 32, first = 8 * 64 * 16 * 16; // convolution and normalisation; four of each
        long later = new[] { (128, 8), (256, 4), (512, 2) }.Sum(layer => 10L * layer.Item1 * layer.Item2 * layer.Item2); // five of each, the shortcut's too
        Assert.Equal(2 * (stem + first + later), encoder.CountActivations());
    }

    private static TrainingOptions Options(string optimizer, SynchronizationMode synchronization) => new()
    {
        Seed = 5,
        Modalities = [.. new[] { "m0", "m1" }.Select(name => new ModalityOptions(name, Encoder))],
        Fusion = new FusionOptions { Name = Fusions.LateLinear },
        Method = new MethodOptions { Name = "mlb", Alpha = 1, BetaMax = 4 },
        Optimizer = new OptimizerOptions { Name = optimizer, LearningRate = 0.02, Momentum = 0.9 },
        Synchronization = synchronization,
        BatchSize = Batch,
        Epochs = 1,
    };
}
