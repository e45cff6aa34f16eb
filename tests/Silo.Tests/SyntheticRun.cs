using Actors.Contracts.Runs;

namespace Actors.Silo.Tests;

/// <summary>A run on synthetic data that trains until it is stopped.</summary>
internal static class SyntheticRun
{
    /// <summary>A run of two modalities with a shard for each site.</summary>
    /// <param name="sites">The labels of the sites.</param>
    public static RunConfiguration OfSites(string[] sites) => new()
    {
        Name = "run",
        Seed = 3,
        Data = new DataConfiguration
        {
            Dataset = "synthetic", Path = "", Seed = 1, Synthetic = new SyntheticConfiguration { Noise = [1, 2], Size = 8, Classes = 4, Samples = 128 },
        },
        Modalities = [.. Enumerable.Range(0, 2).Select(i => new ModalityConfiguration { Name = $"m{i}", Encoder = "convnet", Width = 4, Features = 8 })],
        Fusion = new FusionConfiguration { Name = "late-linear", Hidden = 8, Dropout = 0.1 },
        Method = new MethodConfiguration { Name = "mlb", Modality = null, Alpha = 1, BetaMax = 4, Target = "gradient" },
        Training = new TrainingConfiguration
        {
            Epochs = 100_000,
            BatchSize = 8,
            Shards = sites.Length,
            SynchronizationMode = "gradients",
            SynchronizationEvery = 1,
            EvaluationBatchSize = 64,
            EvaluateEveryEpochs = 1000,
            LogEverySteps = 1,
        },
        Optimizer = new OptimizerConfiguration
        {
            Name = "sgd", LearningRate = 0.05, WeightDecay = 0, Momentum = 0.9, Nesterov = false, Beta1 = 0.9, Beta2 = 0.999, Epsilon = 1e-8,
        },
        Schedule = new ScheduleConfiguration
        {
            Name = "constant", WarmupSteps = 0, EverySteps = 0, Gamma = 0.1, MinimumFactor = 0, HoldSteps = 0, CycleSteps = 4, CycleFactor = 2,
        },
        Checkpoint = new CheckpointConfiguration { EveryEpochs = 1000, EverySteps = null, Keep = 3 },
        Placement = new PlacementConfiguration { Devices = [], ThreadsPerDevice = 1, Sites = [.. sites] },
    };
}
