using Actors.Contracts.Runs;

namespace Actors.Grains.Tests;

/// <summary>A run that takes a second: synthetic data, small encoders.</summary>
internal static class TestRun
{
    /// <summary>Weight and bias of three convolutions, the projection and the head.</summary>
    public const int ConvNetParameters = 10;

    /// <summary>Plain averages of everybody, as where nothing is configured.</summary>
    public static RoundConfiguration Rounds { get; } = new()
    {
        Server = new ServerOptimizerConfiguration { Name = "fedavg", LearningRate = 1, Momentum = 0.9, Beta1 = 0.9, Beta2 = 0.99, Epsilon = 1e-3 },
        Proximal = 0,
        OptimizerState = "keep",
        Fraction = 1,
        Balance = "step",
    };

    /// <summary>A run of several shards that synchronise parameters every three steps, of eight in an epoch.</summary>
    public static RunConfiguration Federated(RoundConfiguration rounds, int shards = 2, string method = "mlb", int epochs = 2)
    {
        RunConfiguration run = Configuration(method: method, shards: shards, batch: 16 / shards, epochs: epochs);
        return run with
        {
            Training = run.Training with { SynchronizationMode = "parameters", SynchronizationEvery = 3, Rounds = rounds, LogEverySteps = 1 },
        };
    }

    public static RunConfiguration Configuration(int modalities = 2, string method = "mlb", int shards = 1, int batch = 16, int epochs = 2) => new()
    {
        Name = "test",
        Seed = 3,
        Data = new DataConfiguration
        {
            Dataset = "synthetic",
            Path = "",
            Seed = 1,
            Synthetic = new SyntheticConfiguration { Noise = [.. Enumerable.Range(1, modalities).Select(i => 1.0 * i)], Size = 8, Classes = 4, Samples = 128 },
        },
        Modalities = [.. Enumerable.Range(0, modalities)
            .Select(i => new ModalityConfiguration { Name = $"m{i}", Encoder = "convnet", Width = 4, Features = 8 })],
        Fusion = new FusionConfiguration { Name = "late-linear", Hidden = 8, Dropout = 0.1 },
        Method = new MethodConfiguration { Name = method, Modality = method == "unimodal" ? "m0" : null, Alpha = 1, BetaMax = 4, Target = "gradient" },
        Training = new TrainingConfiguration
        {
            Epochs = epochs,
            BatchSize = batch,
            Shards = shards,
            SynchronizationMode = "gradients",
            SynchronizationEvery = 1,
            EvaluationBatchSize = 10,
            EvaluateEveryEpochs = 1,
            LogEverySteps = 3,
        },
        Optimizer = new OptimizerConfiguration
        {
            Name = "sgd", LearningRate = 0.05, WeightDecay = 1e-4, Momentum = 0.9, Nesterov = false, Beta1 = 0.9, Beta2 = 0.999, Epsilon = 1e-8,
        },
        Schedule = new ScheduleConfiguration
        {
            Name = "cosine", WarmupSteps = 2, EverySteps = 0, Gamma = 0.1, MinimumFactor = 0, HoldSteps = 0, CycleSteps = 4, CycleFactor = 2,
        },
        Checkpoint = new CheckpointConfiguration { EveryEpochs = 1, EverySteps = null, Keep = 3 },
        Placement = new PlacementConfiguration { Devices = ["cpu:0"], ThreadsPerDevice = 1 },
    };
}
