namespace Actors.Client.Tests.Configuration;

public class InvalidConfigurationTests
{
    /// <summary>What is added to the shortest configuration (two lines), the fault's line, and a part of its message.</summary>
    public static TheoryData<string, int, string> Additions => new()
    {
        { "epochs: 3", 3, "Key 'epochs' is not known." },
        { "trainig: {epochs: 3}", 3, "Key 'trainig' is not known. Did you mean 'training'?" },
        { "training: {epoch: 3}", 3, "Key 'training.epoch' is not known. Did you mean 'epochs'?" },
        { "training: 5", 3, "training must be a group of keys, but is '5'." },
        { "training: [1, 2]", 3, "training must be a group of keys, but is a list." },
        { "training: {epochs: 0}", 3, "training.epochs must be a whole number ≥ 1, but is '0'." },
        { "training: {epochs: 1.5}", 3, "training.epochs must be a whole number ≥ 1, but is '1.5'." },
        { "training: {epochs: \"3\"}", 3, "training.epochs must be a whole number ≥ 1, but is the text \"3\"." },
        { "training: {epochs: [3]}", 3, "training.epochs must be a whole number ≥ 1, but is a list." },
        { "training: {epochs: 99999999999}", 3, "training.epochs must be a whole number ≥ 1, but is '99999999999'." },
        { "training:\n  epochs: 3\n  epochs: 4", 5, "Key 'epochs' is given twice" },
        { "seed: 1\nseed: 2", 4, "Key 'seed' is given twice" },
        { "training: {batch_size: -1}", 3, "training.batch_size must be a whole number ≥ 1, but is '-1'." },
        { "training:\n  shards: 0", 4, "training.shards must be a whole number ≥ 1" },
        { "training: {clip_norm: 0}", 3, "training.clip_norm must be a number > 0" },
        { "training: {evaluation_batch_size: 0}", 3, "training.evaluation_batch_size must be" },
        { "training: {log_every_steps: 0}", 3, "training.log_every_steps must be" },
        { "training: {evaluate_every_epochs: 0}", 3, "training.evaluate_every_epochs must be" },
        { "training: {synchronization: {mode: gradient}}", 3, "training.synchronization.mode 'gradient' is not known. Did you mean 'gradients'?" },
        { "training:\n  synchronization:\n    every: 4", 5, "training.synchronization.every must be 1 where mode is gradients, but is '4'." },
        { "training: {synchronization: {mode: parameters, every: 0}}", 3, "training.synchronization.every must be a whole number ≥ 1" },
        {
            "training:\n  synchronization:\n    proximal: 0.1", 5,
            "training.synchronization.proximal means something only where training.synchronization.mode is parameters."
        },
        { "training:\n  synchronization:\n    mode: gradients\n    server: {name: fedadam}", 6, "training.synchronization.server means something only where" },
        { "training: {synchronization: {balance: round}}", 3, "training.synchronization.balance means something only where" },
        {
            "training: {synchronization: {mode: parameters, server: {name: fedadm}}}", 3,
            "training.synchronization.server.name 'fedadm' is not known. Did you mean 'fedadam'?"
        },
        {
            "training: {synchronization: {mode: parameters, server: {momentum: 0.5}}}", 3,
            "training.synchronization.server.momentum means something only where training.synchronization.server.name is fedavgm."
        },
        {
            "training: {synchronization: {mode: parameters, server: {name: fedavgm, beta1: 0.5}}}", 3,
            "training.synchronization.server.beta1 means something only where training.synchronization.server.name is fedadam."
        },
        {
            "training: {synchronization: {mode: parameters, server: {learning_rate: 0}}}", 3,
            "training.synchronization.server.learning_rate must be a number > 0"
        },
        {
            "training: {synchronization: {mode: parameters, server: {name: fedadam, epsilon: 0}}}", 3,
            "training.synchronization.server.epsilon must be a number > 0"
        },
        { "training: {synchronization: {mode: parameters, server: {lr: 1}}}", 3, "Key 'training.synchronization.server.lr' is not known." },
        { "training: {synchronization: {mode: parameters, proximal: -1}}", 3, "training.synchronization.proximal must be a number ≥ 0" },
        {
            "training: {synchronization: {mode: parameters, optimizer_state: rest}}", 3,
            "training.synchronization.optimizer_state 'rest' is not known. Did you mean 'reset'?"
        },
        {
            "training: {synchronization: {mode: parameters, participation: {fraction: 0}}}", 3,
            "training.synchronization.participation.fraction must be a number in (0, 1]"
        },
        {
            "training: {shards: 2, synchronization: {mode: parameters, participation: {minimum: 3}}}", 3,
            "participation.minimum must be at most training.shards, which is 2, but is '3'."
        },
        {
            "training: {synchronization: {mode: parameters, participation: {minimum: 0}}}", 3,
            "training.synchronization.participation.minimum must be a whole number ≥ 1"
        },
        { "training: {synchronization: {mode: parameters, participation: {frac: 1}}}", 3, "Key 'training.synchronization.participation.frac' is not known." },
        {
            "training: {synchronization: {weights: own}}", 3,
            "training.synchronization.weights means something only where training.synchronization.mode is parameters."
        },
        { "training: {synchronization: {mode: parameters, weights: owm}}", 3, "training.synchronization.weights 'owm' is not known. Did you mean 'own'?" },
        { "training: {synchronization: {mode: parameters, balance: epoch}}", 3, "training.synchronization.balance 'epoch' is not known." },
        {
            "training:\n  synchronization:\n    mode: parameters\n    balance: round\n    deadline_s: 5", 7,
            "training.synchronization.deadline_s needs participation.minimum"
        },
        {
            "training:\n  synchronization:\n    mode: parameters\n    participation: {minimum: 1}\n    deadline_s: 5", 7,
            "training.synchronization.deadline_s needs balance: round"
        },
        { "training: {synchronization: {mode: parameters, deadline_s: 0}}", 3, "training.synchronization.deadline_s must be a number > 0" },
        {
            "training: {synchronization: {mode: parameters, deadline: 5}}", 3,
            "Key 'training.synchronization.deadline' is not known. Did you mean 'deadline_s'?"
        },
        { "method: {name: mbl}", 3, "method.name 'mbl' is not known. Did you mean 'mlb'?" },
        { "method: {alpha: 0}", 3, "method.alpha must be a number > 0, but is '0'." },
        { "method: {alpha: .nan}", 3, "method.alpha must be a number > 0, but is '.nan'." },
        { "method: {alpha: yes}", 3, "method.alpha must be a number > 0, but is 'yes'." },
        { "method: {beta_max: 0.99}", 3, "method.beta_max must be a number ≥ 1, but is '0.99'." },
        { "method: {betamax: 2}", 3, "Key 'method.betamax' is not known. Did you mean 'beta_max'?" },
        { "method: {target: gradients}", 3, "method.target 'gradients' is not known. Did you mean 'gradient'?" },
        { "method: {name: unimodal}", 3, "method.modality is required where method.name is unimodal" },
        { "method: {name: unimodal, modality: adio}", 3, "method.modality must be one of modalities, but 'adio' is not. Did you mean 'audio'?" },
        { "method: {name: mlb, modality: adio}", 3, "method.modality must be one of modalities, but 'adio' is not. Did you mean 'audio'?" },
        { "fusion: {name: late-liner}", 3, "fusion.name 'late-liner' is not known. Did you mean 'late-linear'?" },
        { "fusion: {hidden: 64}", 3, "fusion.hidden means something only where fusion.name is mid-mlp." },
        { "fusion: {name: mid-mlp, dropout: 1}", 3, "fusion.dropout must be a number in [0, 1), but is '1'." },
        { "fusion: {name: mid-mlp, hidden: 0}", 3, "fusion.hidden must be a whole number ≥ 1" },
        { "optimizer: {name: adamm}", 3, "optimizer.name 'adamm' is not known. Did you mean 'adam'?" },
        { "optimizer: {learning_rate: 0}", 3, "optimizer.learning_rate must be a number > 0" },
        { "optimizer: {lr: 0.1}", 3, "Key 'optimizer.lr' is not known." },
        { "optimizer: {momentum: 1}", 3, "optimizer.momentum must be a number in [0, 1)" },
        { "optimizer: {nesterov: maybe}", 3, "optimizer.nesterov must be true or false, but is 'maybe'." },
        { "optimizer:\n  momentum: 0\n  nesterov: true", 5, "optimizer.nesterov needs optimizer.momentum > 0" },
        { "optimizer: {name: adam, momentum: 0.9}", 3, "optimizer.momentum means something only where optimizer.name is sgd." },
        { "optimizer: {beta1: 0.9}", 3, "optimizer.beta1 means something only where optimizer.name is adam or adamw." },
        { "optimizer: {weight_decay: -1}", 3, "optimizer.weight_decay must be a number ≥ 0" },
        { "schedule: {name: cosin}", 3, "schedule.name 'cosin' is not known. Did you mean 'cosine'?" },
        { "schedule: {name: step}", 3, "schedule.every_steps is required where schedule.name is step" },
        { "schedule: {name: step, every_steps: 5, gamma: 0}", 3, "schedule.gamma must be a number in (0, 1]" },
        { "schedule: {name: cosine, cycle_steps: 4}", 3, "schedule.cycle_steps means something only where schedule.name is cosine-restarts." },
        { "schedule: {minimum_factor: 0.1}", 3, "schedule.minimum_factor means something only where schedule.name is cosine or cosine-restarts." },
        { "schedule: {warmup_steps: -1}", 3, "schedule.warmup_steps must be a whole number ≥ 0" },
        { "schedule: {warmup: 100}", 3, "Key 'schedule.warmup' is not known. Did you mean 'warmup_steps'?" },
        { "checkpoint: {keep: 0}", 3, "checkpoint.keep must be a whole number ≥ 1" },
        { "checkpoint: {every_steps: 0}", 3, "checkpoint.every_steps must be a whole number ≥ 1" },
        { "placement: {devices: cpu:0}", 3, "placement.devices must be a list of words like [cpu:0, cpu:1], but is 'cpu:0'." },
        { "wire: {features: bf32}", 3, "wire.features 'bf32' is not known." },
        { "wire: {gradient: bf16}", 3, "Key 'wire.gradient' is not known." },
        { "wire: bf16", 3, "wire must be a group of keys" },
        { "placement: {devices: []}", 3, "placement.devices must name at least one device" },
        {
            "training: {shards: 2}\nplacement:\n  devices: [cpu:0]\n  sites: [a]", 6,
            "placement.sites must name one site for each of the 2 shards (training.shards), but names 1."
        },
        { "placement: {sites: hospital-a}", 3, "placement.sites must be a list of words like [hospital-a, hospital-b], but is 'hospital-a'." },
        { "placement: {sites: [a=]}", 3, "placement.sites must have the value of label 'site', or any label as KEY=VALUE, but has 'a='." },
        { "placement: {threads_per_device: 0}", 3, "placement.threads_per_device must be a whole number ≥ 1" },
        { "name: ../x", 3, "name must be letters, digits" },
        { "seed: -1", 3, "seed must be a whole number ≥ 0" },
        { "---\nname: second", 3, "here a second one starts" },
    };

    /// <summary>A whole file, the fault's line, and a part of its message.</summary>
    public static TheoryData<string, int, string> Files => new()
    {
        { "name: [a", 1, "This is not YAML" },
        { "name: a\n\tseed: 1", 2, "This is not YAML" },
        { "just words", 1, "A configuration must be a group of keys, but is 'just words'." },
        { "data: {dataset: av-digits, path: .}", 1, "modalities is required" },
        { "data: {dataset: av-digits, path: .}\nmodalities: {}", 2, "modalities is required" },
        { "data: {dataset: av-digits, path: .}\nmodalities:\n  audio: {}\n  audio: {}", 4, "Key 'audio' is given twice, first at" },
        { "data: {dataset: av-digits, path: .}\nmodalities: {a b: {}}", 2, "A modality's name must be letters" },
        { "data: {dataset: av-digits, path: .}\nmodalities:\n  audio: {}\n  fused: {}", 4, "A modality's name must not be 'fused'" },
        {
            "data: {dataset: av-digits, path: .}\nmodalities: {a: {encoder: resnet18, width: 3}}", 2,
            "modalities.a.width means something only where the encoder is convnet or lenet."
        },
        { "data: {dataset: av-digits, path: .}\nmodalities: {a: {width: 0}}", 2, "modalities.a.width must be a whole number ≥ 1" },
        { "modalities: {a: {}}\ndata: {path: .}", 2, "data.dataset is required" },
        { "modalities: {a: {}}\ndata: {dataset: av-digits}", 2, "data.path is required" },
        { "modalities: {a: {}}\ndata: {dataset: avdigits, path: .}", 2, "data.dataset 'avdigits' is not known. Did you mean 'av-digits'?" },
        { "modalities: {a: {}}\ndata: {dataset: av-digits, path: ., snr: 5}", 2, "Key 'data.snr' is not known. Did you mean 'snr_db'?" },
        { "modalities: {a: {}}\ndata: {dataset: av-digits, path: ., pca_energy: 25}", 2, "data.pca_energy must be a number in (0, 1], but is '25'." },
        { "modalities: {m0: {}}\ndata: {dataset: synthetic, noise: 3}", 2, "data.noise must be a list of numbers ≥ 0 like [1, 3], but is '3'." },
        { "modalities: {m0: {}}\ndata: {dataset: synthetic, noise: [1, x]}", 2, "data.noise must be a list of numbers" },
        { "modalities: {m0: {}}\ndata: {dataset: synthetic, noise: [1, Infinity]}", 2, "data.noise must be a list of numbers" },
        { "modalities: {m0: {}}\ndata: {dataset: synthetic, noise: [1, 1e400]}", 2, "data.noise must be a list of numbers" },
        { "modalities: {m0: {}}\ndata: {dataset: synthetic, snr_db: 1}", 2, "data.snr_db means something only where the dataset is av-digits." },
        { "modalities: {a: {}}\ndata: {dataset: av-digits, path: ., shift_ms: 800}", 2, "data.shift_ms must be a number in [0, 760], but is '800'." },
        { "modalities: {a: {}}\ndata: {dataset: av-digits, path: ., train_voices: 0}", 2, "data.train_voices must be a whole number in [1, 93], but is '0'." },
        {
            "modalities: {a: {}}\ndata: {dataset: av-digits, path: ., train_voices: 94}", 2,
            "data.train_voices must be a whole number in [1, 93], but is '94'."
        },
        {
            "modalities: {a: {}}\ndata: {dataset: av-digits, path: ., train_samples: 0}", 2,
            "data.train_samples must be a whole number in [1, 7000], but is '0'."
        },
        {
            "modalities: {a: {}}\ndata: {dataset: av-digits, path: ., train_samples: 7001}", 2,
            "data.train_samples must be a whole number in [1, 7000], but is '7001'."
        },
        { "modalities: {a: {}}\ndata: {dataset: av-digits, path: ., cache: there}", 2, "data.cache means something only where the dataset is manifest." },
        { "modalities: {m0: {}}\ndata: {dataset: synthetic, memory_mib: 1}", 2, "data.memory_mib means something only where the" },
        { "modalities: {m0: {}}\ndata: {dataset: synthetic, cache: there}", 2, "data.cache means something only where the dataset is manifest." },
        { "modalities: {a: {}}\ndata: {dataset: av-digits, path: ., noise_std: -1}", 2, "data.noise_std must be a number ≥ 0" },
        {
            "modalities: {a: {}}\ndata: {dataset: av-digits, path: ., modalities: {a: {format: audio}}}", 2,
            "data.modalities means something only where the dataset is manifest."
        },
        {
            "modalities: {a: {}}\ndata: {dataset: manifest, path: x.csv, snr_db: 5, modalities: {a: {format: audio}}}", 2,
            "data.snr_db means something only where the dataset is av-digits."
        },
        { "modalities: {a: {}}\ndata: {dataset: manifest, path: x.csv}", 2, "data.modalities.a is required" },
        {
            "modalities: {a: {}}\ndata: {dataset: manifest, path: x.csv, modalities: {a: {format: sound}}}", 2,
            "data.modalities.a.format 'sound' is not known. Known: audio, image."
        },
        { "modalities: {a: {}}\ndata: {dataset: manifest, path: x.csv, modalities: {a: {}}}", 2, "data.modalities.a.format is required" },
        {
            "modalities: {a: {}}\ndata: {dataset: manifest, path: x.csv, modalities: {a: {format: audio, height: 3}}}", 2,
            "data.modalities.a.height means something only where the format is image."
        },
        {
            "modalities: {a: {}}\ndata: {dataset: manifest, path: x.csv, modalities: {a: {format: audio, mel_bands: 300}}}", 2,
            "mel_bands must be at most fft_size / 2 + 1 = 257"
        },
        {
            "modalities: {a: {}}\ndata: {dataset: manifest, path: x.csv, modalities: {a: {format: audio, duration_s: 0.01}}}", 2,
            "duration_s must hold at least one transform"
        },
        {
            "modalities: {a: {}}\ndata: {dataset: manifest, path: x.csv, modalities: {a: {format: image, channels: 2}}}", 2,
            "data.modalities.a.channels must be a whole number, 1 (grey) or 3 (RGB), but is '2'."
        },
        {
            "modalities: {a: {}}\ndata: {dataset: manifest, path: x.csv, modalities: {a: {format: audio, preset: cremad}}}", 2,
            "preset 'cremad' is not known. Did you mean 'crema-d'?"
        },
    };

    [Theory]
    [MemberData(nameof(Additions))]
    public void Read_AddedFault_IsTheOneToldWithItsLine(string addition, int line, string message) =>
        AssertOne(Configurations.Shortest + addition, line, message);

    [Theory]
    [MemberData(nameof(Files))]
    public void Read_FaultyFile_TellsItWithItsLine(string yaml, int line, string message) => AssertOne(yaml, line, message);

    private static void AssertOne(string yaml, int line, string message)
    {
        string fault = Assert.Single(Configurations.Faults(yaml));

        Assert.StartsWith($"run.yaml:{line}: ", fault, StringComparison.Ordinal);
        Assert.Contains(message, fault, StringComparison.Ordinal);
    }
}
