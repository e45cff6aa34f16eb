using System.Collections.Immutable;
using Actors.Contracts.Runs;
using Actors.Learning.Federation;
using Actors.Learning.Fusion;
using Actors.Learning.Optimization;
using YamlDotNet.Serialization;

namespace Actors.Client.Configuration;

/// <summary>Writes a resolved configuration as YAML that reads back to the same configuration.</summary>
internal static class RunConfigurationWriter
{
    private static readonly ISerializer Serializer = new SerializerBuilder()
        .WithQuotingNecessaryStrings()
        .DisableAliases()
        .WithEventEmitter(next => new NullWordEmitter(next))
        .Build();

    public static string Write(RunConfiguration configuration) => Serializer.Serialize(new OrderedDictionary<string, object?>
    {
        ["name"] = configuration.Name,
        ["seed"] = configuration.Seed,
        ["data"] = Data(configuration.Data),
        ["modalities"] = Group(configuration.Modalities, one => one.Name, Modality),
        ["fusion"] = configuration.Fusion is { Name: Fusions.MidMlp } fusion
            ? Map(("name", fusion.Name), ("hidden", fusion.Hidden), ("dropout", fusion.Dropout))
            : Map(("name", configuration.Fusion.Name)),
        ["method"] = Map(
            ("name", configuration.Method.Name), ("modality", configuration.Method.Modality), ("alpha", configuration.Method.Alpha),
            ("beta_max", configuration.Method.BetaMax), ("target", configuration.Method.Target)),
        ["training"] = Training(configuration.Training),
        ["optimizer"] = Optimizer(configuration.Optimizer),
        ["schedule"] = Schedule(configuration.Schedule),
        ["checkpoint"] = Map(
            ("every_epochs", configuration.Checkpoint.EveryEpochs), ("every_steps", configuration.Checkpoint.EverySteps),
            ("keep", configuration.Checkpoint.Keep)),
        ["placement"] = Map(
            ("devices", OrNull(configuration.Placement.Devices)), ("threads_per_device", configuration.Placement.ThreadsPerDevice),
            ("sites", OrNull(configuration.Placement.Sites))),
        ["wire"] = Map(("features", configuration.Wire.Features), ("gradients", configuration.Wire.Gradients), ("reduction", configuration.Wire.Reduction)),
    });

    /// <summary>Writes the dataset of a run alone.</summary>
    public static string Write(DataConfiguration data) => Serializer.Serialize(Data(data));

    private static OrderedDictionary<string, object?> Data(DataConfiguration data)
    {
        var map = Map(("dataset", data.Dataset), ("path", data.Path.Length == 0 ? null : data.Path), ("seed", data.Seed), ("cache", data.CacheFolder));
        if (data.AvDigits is { } digits)
        {
            map["snr_db"] = digits.SnrDb;
            map["shift_ms"] = digits.ShiftMs;
            map["pca_energy"] = digits.PcaEnergy;
            map["noise_std"] = digits.NoiseStd;
            map["train_voices"] = digits.TrainVoices;
            map["train_samples"] = digits.TrainSamples;
        }

        if (data.Synthetic is { } synthetic)
        {
            map["noise"] = synthetic.Noise.ToArray();
            map["size"] = synthetic.Size;
            map["classes"] = synthetic.Classes;
            map["samples"] = synthetic.Samples;
        }

        if (data.Manifest is { } manifest)
        {
            var modalities = Group(manifest.Audio.OrderBy(pair => pair.Key, StringComparer.Ordinal), pair => pair.Key, pair => Audio(pair.Value));
            foreach ((string name, ImageConfiguration image) in manifest.Image.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                modalities[name] = Map(
                    ("format", "image"), ("height", image.Height), ("width", image.Width), ("channels", image.Channels),
                    ("normalization", image.Normalization));
            }

            map["memory_mib"] = manifest.MemoryMib;
            map["modalities"] = modalities;
        }

        return map;
    }

    private static OrderedDictionary<string, object?> Audio(AudioConfiguration audio) => Map(
        ("format", "audio"), ("sample_rate_hz", audio.SampleRateHz), ("duration_s", audio.DurationSeconds), ("fft_size", audio.FftSize),
        ("hop_size", audio.HopSize), ("centered", audio.Centered), ("mel_bands", audio.MelBands), ("mean", audio.Mean), ("std", audio.Std));

    private static OrderedDictionary<string, object?> Modality(ModalityConfiguration modality) => Map(
        ("encoder", modality.Encoder), ("width", modality.Width), ("features", modality.Features), ("depth", modality.Depth), ("weights", modality.Weights));

    private static OrderedDictionary<string, object?> Training(TrainingConfiguration training) => Map(
        ("epochs", training.Epochs), ("batch_size", training.BatchSize), ("shards", training.Shards),
        ("synchronization", Synchronization(training)),
        ("clip_norm", training.ClipNorm), ("evaluation_batch_size", training.EvaluationBatchSize),
        ("evaluate_every_epochs", training.EvaluateEveryEpochs), ("log_every_steps", training.LogEverySteps));

    private static OrderedDictionary<string, object?> Synchronization(TrainingConfiguration training)
    {
        var map = Map(("mode", training.SynchronizationMode), ("every", training.SynchronizationEvery));
        if (training.Rounds is { } rounds)
        {
            var server = Map(("name", rounds.Server.Name), ("learning_rate", rounds.Server.LearningRate));
            if (rounds.Server.Name == ServerOptimizers.FedAvgM)
            {
                server["momentum"] = rounds.Server.Momentum;
            }

            if (rounds.Server.Name == ServerOptimizers.FedAdam)
            {
                server["beta1"] = rounds.Server.Beta1;
                server["beta2"] = rounds.Server.Beta2;
                server["epsilon"] = rounds.Server.Epsilon;
            }

            map["server"] = server;
            map["weights"] = rounds.Weights;
            map["proximal"] = rounds.Proximal;
            map["optimizer_state"] = rounds.OptimizerState;
            map["participation"] = Map(("fraction", rounds.Fraction), ("minimum", rounds.Minimum));
            map["deadline_s"] = rounds.DeadlineSeconds;
            map["balance"] = rounds.Balance;
        }

        return map;
    }

    private static OrderedDictionary<string, object?> Optimizer(OptimizerConfiguration optimizer) => optimizer.Name == Optimizers.Sgd
        ? Map(
            ("name", optimizer.Name), ("learning_rate", optimizer.LearningRate), ("momentum", optimizer.Momentum),
            ("nesterov", optimizer.Nesterov), ("weight_decay", optimizer.WeightDecay))
        : Map(
            ("name", optimizer.Name), ("learning_rate", optimizer.LearningRate), ("beta1", optimizer.Beta1), ("beta2", optimizer.Beta2),
            ("epsilon", optimizer.Epsilon), ("weight_decay", optimizer.WeightDecay));

    private static OrderedDictionary<string, object?> Schedule(ScheduleConfiguration schedule)
    {
        var map = Map(("name", schedule.Name), ("warmup_steps", schedule.WarmupSteps));
        if (schedule.Name == Schedules.Step)
        {
            map["every_steps"] = schedule.EverySteps;
            map["gamma"] = schedule.Gamma;
        }

        if (schedule.Name is Schedules.Cosine or Schedules.CosineRestarts)
        {
            map["minimum_factor"] = schedule.MinimumFactor;
        }

        if (schedule.Name == Schedules.CosineRestarts)
        {
            map["hold_steps"] = schedule.HoldSteps;
            map["cycle_steps"] = schedule.CycleSteps;
            map["cycle_factor"] = schedule.CycleFactor;
        }

        return map;
    }

    private static string[]? OrNull(ImmutableArray<string> words) => words.Length == 0 ? null : [.. words];

    private static OrderedDictionary<string, object?> Map(params ReadOnlySpan<(string Key, object? Value)> pairs)
    {
        var map = new OrderedDictionary<string, object?>();
        foreach ((string key, object? value) in pairs)
        {
            map[key] = value;
        }

        return map;
    }

    private static OrderedDictionary<string, object?> Group<T>(IEnumerable<T> items, Func<T, string> name, Func<T, object?> value)
    {
        var map = new OrderedDictionary<string, object?>();
        foreach (T item in items)
        {
            map[name(item)] = value(item);
        }

        return map;
    }
}
