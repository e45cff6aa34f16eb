using Actors.Contracts.Runs;

namespace Actors.Benchmarks;

/// <summary>The run that is measured: that of examples/av-digits.yaml with batch 32.</summary>
internal static class BenchmarkRun
{
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
