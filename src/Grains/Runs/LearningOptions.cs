using Actors.Contracts.Runs;
using Actors.Learning.Balancing;
using Actors.Learning.Data;
using Actors.Learning.Data.Audio;
using Actors.Learning.Data.AvDigits;
using Actors.Learning.Data.Images;
using Actors.Learning.Data.Manifest;
using Actors.Learning.Data.Synthetic;
using Actors.Learning.Devices;
using Actors.Learning.Encoders;
using Actors.Learning.Federation;
using Actors.Learning.Fusion;
using Actors.Learning.Optimization;
using Actors.Learning.Training;

namespace Actors.Grains.Runs;

/// <summary>Turns a run's configuration, as it crosses the wire, into Learning's options: the one place that knows both.</summary>
public static class LearningOptions
{
    /// <summary>What is learnt. A run of one modality has that one alone.</summary>
    public static TrainingOptions Training(RunConfiguration run) => new()
    {
        Seed = unchecked((ulong)run.Seed),
        Modalities =
        [
            .. run.Modalities.Where(m => run.Method.Modality is null || m.Name == run.Method.Modality).Select(m => new ModalityOptions(
                m.Name,
                new EncoderOptions { Name = m.Encoder, Width = m.Width, Features = m.Features, Depth = m.Depth, Weights = m.Weights })),
        ],
        Fusion = new FusionOptions { Name = run.Fusion.Name, Hidden = run.Fusion.Hidden, Dropout = run.Fusion.Dropout },
        Method = new MethodOptions
        {
            Name = run.Method.Name,
            Alpha = run.Method.Alpha,
            BetaMax = run.Method.BetaMax,
            Target = run.Method.Target == "update" ? CoefficientTarget.Update : CoefficientTarget.Gradient,
        },
        Optimizer = new OptimizerOptions
        {
            Name = run.Optimizer.Name,
            LearningRate = run.Optimizer.LearningRate,
            WeightDecay = run.Optimizer.WeightDecay,
            Momentum = run.Optimizer.Momentum,
            Nesterov = run.Optimizer.Nesterov,
            Beta1 = run.Optimizer.Beta1,
            Beta2 = run.Optimizer.Beta2,
            Epsilon = run.Optimizer.Epsilon,
        },
        Schedule = new ScheduleOptions
        {
            Name = run.Schedule.Name,
            WarmupSteps = run.Schedule.WarmupSteps,
            EverySteps = run.Schedule.EverySteps,
            Gamma = run.Schedule.Gamma,
            MinimumFactor = run.Schedule.MinimumFactor,
            HoldSteps = run.Schedule.HoldSteps,
            CycleSteps = run.Schedule.CycleSteps,
            CycleFactor = run.Schedule.CycleFactor,
        },
        BatchSize = run.Training.BatchSize,
        ShardCount = run.Training.Shards,
        Epochs = run.Training.Epochs,
        ClipNorm = run.Training.ClipNorm,
        Synchronization = run.Training.SynchronizesParameters ? SynchronizationMode.Parameters : SynchronizationMode.Gradients,
        SynchronizeEvery = run.Training.SynchronizationEvery,
        Rounds = Rounds(run.Training.Rounds),
        EvaluationBatchSize = run.Training.EvaluationBatchSize,
    };

    /// <summary>What a shard learns from: where shards have sites, a site has the files of its shards alone.</summary>
    /// <param name="run">The run.</param>
    /// <param name="shard">Index d.</param>
    public static DatasetOptions Dataset(RunConfiguration run, int shard)
    {
        DatasetOptions options = Dataset(run.Data);
        return run.Placement.Sites.Length == 0 || options.Manifest is null ? options : options with { Manifest = options.Manifest with { Shard = shard } };
    }

    /// <summary>What is learnt from.</summary>
    public static DatasetOptions Dataset(DataConfiguration data) => new()
    {
        Name = data.Dataset,
        Path = data.Path,
        Seed = unchecked((ulong)data.Seed),
        AvDigits = data.AvDigits is not { } digits ? null : new AvDigitsOptions
        {
            SnrDb = digits.SnrDb,
            ShiftMs = digits.ShiftMs,
            TrainVoices = digits.TrainVoices,
            TrainSamples = digits.TrainSamples,
            PcaEnergy = digits.PcaEnergy,
            NoiseStd = digits.NoiseStd,
        },
        Manifest = data.Manifest is not { } manifest ? null : new ManifestOptions
        {
            CacheFolder = data.CacheFolder,
            MemoryBytes = (long)manifest.MemoryMib << 20,
            Audio = manifest.Audio.OrderBy(a => a.Key, StringComparer.Ordinal).ToDictionary(a => a.Key, a => new AudioOptions
            {
                SampleRateHz = a.Value.SampleRateHz,
                DurationSeconds = a.Value.DurationSeconds,
                FftSize = a.Value.FftSize,
                HopSize = a.Value.HopSize,
                Centered = a.Value.Centered,
                MelBands = a.Value.MelBands,
                Mean = a.Value.Mean,
                Std = a.Value.Std,
            }),
            Image = manifest.Image.OrderBy(i => i.Key, StringComparer.Ordinal).ToDictionary(i => i.Key, i => new ImageOptions
            {
                Height = i.Value.Height,
                Width = i.Value.Width,
                Channels = i.Value.Channels,
                Normalization = Normalization(i.Key, i.Value.Normalization),
            }),
        },
        Synthetic = data.Synthetic is not { } synthetic ? null : new SyntheticOptions
        {
            Noise = synthetic.Noise,
            Size = synthetic.Size,
            Classes = synthetic.Classes,
            Samples = synthetic.Samples,
        },
    };

    private static ImageNormalization Normalization(string modality, string name) => name switch
    {
        "imagenet" => ImageNormalization.ImageNet,
        "half" => ImageNormalization.Half,
        "none" => ImageNormalization.None,
        _ => throw new ArgumentException(
            $"The normalization of modality '{modality}' must be imagenet, half or none, but is '{name}'. Set one of these."),
    };

    private static RoundOptions Rounds(RoundConfiguration? rounds) => rounds is null ? new RoundOptions() : new RoundOptions
    {
        Server = new ServerOptimizerOptions
        {
            Name = rounds.Server.Name,
            LearningRate = rounds.Server.LearningRate,
            Momentum = rounds.Server.Momentum,
            Beta1 = rounds.Server.Beta1,
            Beta2 = rounds.Server.Beta2,
            Epsilon = rounds.Server.Epsilon,
        },
        Proximal = rounds.Proximal,
        ResetsOptimizer = rounds.OptimizerState == "reset",
        Fraction = rounds.Fraction,
        Minimum = rounds.Minimum,
        BalancesByRound = rounds.Balance == "round",
        WeighsByOwnSamples = rounds.Weights == "own",
    };

    /// <summary>A device by the name the configuration gives it.</summary>
    /// <exception cref="ArgumentException">It is not on this machine; lists those that are.</exception>
    public static DeviceName Device(string name)
    {
        IReadOnlyList<string> faults = DeviceList.Faults([name]);
        return faults.Count == 0 && DeviceName.TryParse(name, out DeviceName device) ? device : throw new ArgumentException(faults[0]);
    }
}
