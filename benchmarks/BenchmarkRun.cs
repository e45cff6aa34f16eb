using Actors.Contracts.Runs;

namespace Actors.Benchmarks;

/// <summary>The run that is measured: that of examples/av-digits.yaml with batch 32.</summary>
internal static class BenchmarkRun
{
    /// <summary>The same with two ResNet-18 over pictures of 224×224 with one channel, batch 64: what GPUs are for.</summary>
    public static RunConfiguration ResNet18(string method, string[] devices)
    {
        RunConfiguration run = Configuration("", method, devices);
        return run with
        {
            Data = new DataConfiguration
            {
                Dataset = "synthetic",
                Path = "",
                Seed = 0,
                Synthetic = new SyntheticConfiguration { Noise = [1, 3], Size = 224, Classes = 10, Samples = 512 },
            },
            Modalities = [.. Enumerable.Range(0, 2).Select(i => new ModalityConfiguration { Name = $"m{i}", Encoder = "resnet18" })],
            Training = run.Training with { BatchSize = 64 },
        };
    }

    public static RunConfiguration Configuration(string data, string method, string[] devices) => new()
    {
        Name = "benchmark",
        Seed = 0,
        Data = new DataConfiguration { Dataset = "av-digits", Path = data, Seed = 0 },
        Modalities = [new ModalityConfiguration { Name = "audio", Encoder = "convnet" }, new ModalityConfiguration { Name = "image", Encoder = "convnet" }],
        Fusion = new FusionConfiguration { Name = "late-linear", Hidden = 64, Dropout = 0.1 },
        Method = new MethodConfiguration { Name = method, Alpha = 0.25, BetaMax = 4, Target = "gradient" },
        Training = new TrainingConfiguration
        {
            Epochs = 1000,
            BatchSize = 32,
            Shards = 1,
            SynchronizationMode = "gradients",
            SynchronizationEvery = 1,
            EvaluationBatchSize = 256,
            EvaluateEveryEpochs = 1,
            LogEverySteps = 10,
        },
        Optimizer = new OptimizerConfiguration
        {
            Name = "sgd", LearningRate = 0.02, WeightDecay = 1e-4, Momentum = 0.9, Nesterov = false, Beta1 = 0.9, Beta2 = 0.999, Epsilon = 1e-8,
        },
        Schedule = new ScheduleConfiguration
        {
            Name = "constant", WarmupSteps = 0, EverySteps = 0, Gamma = 0.1, MinimumFactor = 0, HoldSteps = 0, CycleSteps = 4, CycleFactor = 2,
        },
        Checkpoint = new CheckpointConfiguration { EveryEpochs = 1, Keep = 3 },
        Placement = new PlacementConfiguration { Devices = [.. devices], ThreadsPerDevice = 1 },
    };
}
