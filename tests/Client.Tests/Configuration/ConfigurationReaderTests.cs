using System.Text.Json;
using Actors.Client.Configuration;
using Actors.Contracts.Runs;
using Actors.Grains.Runs;

namespace Actors.Client.Tests.Configuration;

public class ConfigurationReaderTests
{
    private const string Manifest = """
        name: clips
        data:
          dataset: manifest
          path: clips.csv
          cache: cache
          modalities:
            audio: {format: audio, preset: crema-d, mean: -7.1355, std: 5.1135}
            image: {format: image, height: 64, width: 48, channels: 1, normalization: half}
        modalities: {audio: {encoder: resnet18, weights: w.safetensors}, image: {encoder: lenet, width: 6, depth: 3}}
        fusion: {name: mid-mlp, hidden: 32, dropout: 0.2}
        training: {shards: 2, clip_norm: 1.5, synchronization: {mode: parameters, every: 5}}
        optimizer: {name: adamw, learning_rate: 1e-3, epsilon: 1e-6}
        schedule: {name: cosine-restarts, hold_steps: 780, minimum_factor: 0.01}
        checkpoint: {every_steps: 50}
        placement: {devices: ["cpu:0", cpu:1]}
        """;

    [Fact]
    public void Read_Shortest_FillsInEveryDefault()
    {
        RunConfiguration configuration = Configurations.Resolve(Configurations.Shortest);

        Assert.Equal("run", configuration.Name);
        Assert.Equal(["audio", "image"], configuration.Modalities.Select(modality => modality.Name));
        Assert.Equal(
            ("mlb", 0.5, 10.0, "gradient"),
            (configuration.Method.Name, configuration.Method.Alpha, configuration.Method.BetaMax, configuration.Method.Target));
        Assert.Empty(configuration.Placement.Devices); // those of the silos
        Assert.Empty(configuration.Placement.Sites);
        Assert.Equal(0.25, configuration.Data.AvDigits!.PcaEnergy);
        Assert.Null(configuration.Data.Manifest);
    }

    [Fact]
    public void Read_SettingsOfAnotherMethod_AreLetPassAndChangeNothing()
    {
        const string OneFile = Configurations.Shortest + "method: {name: unimodal, modality: audio, alpha: 1}";
        Assert.Equal(["audio"], Configurations.Resolve(OneFile).Modalities.Select(modality => modality.Name));

        RunConfiguration joint = Configurations.Resolve(OneFile, ["method.name=joint"]);
        Assert.Equal(["audio", "image"], joint.Modalities.Select(modality => modality.Name));
        Assert.Null(joint.Method.Modality);
    }

    [Fact]
    public void Read_ModeParameters_FillsInEveryDefaultOfARound()
    {
        RoundConfiguration? rounds = Configurations.Resolve(Configurations.Shortest + "training: {synchronization: {mode: parameters}}").Training.Rounds;

        Assert.Equal(
            new RoundConfiguration
            {
                Server = new ServerOptimizerConfiguration { Name = "fedavg", LearningRate = 1, Momentum = 0.9, Beta1 = 0.9, Beta2 = 0.99, Epsilon = 1e-3 },
                Proximal = 0,
                OptimizerState = "keep",
                Fraction = 1,
                Balance = "step",
                Weights = "trained",
            },
            rounds);
        Assert.Null(Configurations.Resolve(Configurations.Shortest).Training.Rounds);
    }

    [Fact]
    public void Read_Manifest_TakesPresetAndOwnValues()
    {
        RunConfiguration configuration = Configurations.Resolve(Manifest);

        AudioConfiguration audio = configuration.Data.Manifest!.Audio["audio"];
        Assert.Equal((22_050, 3.0, 512, 353, -7.1355), (audio.SampleRateHz, audio.DurationSeconds, audio.FftSize, audio.HopSize, audio.Mean!.Value));
        Assert.Equal(new ImageConfiguration { Height = 64, Width = 48, Channels = 1, Normalization = "half" }, configuration.Data.Manifest.Image["image"]);
        Assert.Equal(["cpu:0", "cpu:1"], configuration.Placement.Devices);
        Assert.Equal("clips.csv", Path.GetFileName(configuration.Data.Path));
        Assert.True(Path.IsPathRooted(configuration.Data.Path));
    }

    [Fact]
    public void Read_PresetAve_IsNotCenteredUnlessAKeySaysSo()
    {
        AudioConfiguration Audio(string more) => Configurations.Resolve(
            Manifest.Replace("preset: crema-d, ", $"preset: ave, {more}", StringComparison.Ordinal)).Data.Manifest!.Audio["audio"];
        Assert.Equal(
            (16_000, 10.0, 512, 159, false),
            (Audio("").SampleRateHz, Audio("").DurationSeconds, Audio("").FftSize, Audio("").HopSize, Audio("").Centered));
        Assert.True(Audio("centered: true, ").Centered);
    }

    [Theory]
    [InlineData(Configurations.Shortest)]
    [InlineData(Manifest)]
    [InlineData("data: {dataset: synthetic, noise: [1, 2.5], size: 16}\nmodalities: {m0: {}, m1: {}}")]
    [InlineData(Configurations.Shortest + "method: {name: unimodal, modality: image}")]
    [InlineData(Configurations.Shortest + "wire: {features: bf16, gradients: fp16}")]
    [InlineData(Configurations.Shortest + "training: {shards: 2}\nplacement: {sites: [hospital-a, rack=b], devices: [cpu:0]}")]
    [InlineData(Configurations.Shortest + "schedule: {name: step, every_steps: 7, gamma: 0.3}\nname: \"007\"\nseed: 9007199254740993")]
    [InlineData(Configurations.Shortest
        + "training: {shards: 4, synchronization: {mode: parameters, every: 5, server: {name: fedadam, beta2: 0.9, epsilon: 1e-4}, "
        + "proximal: 0.1, optimizer_state: reset, weights: own}}")]
    [InlineData(Configurations.Shortest
        + "training: {shards: 4, synchronization: {mode: parameters, participation: {fraction: 0.5, minimum: 2}, "
        + "deadline_s: 1.5, balance: round, server: {name: fedavgm}}}")]
    [InlineData(Configurations.Shortest + "optimizer: {learning_rate: 0.1, nesterov: true, weight_decay: 0.00012345678901234567}")]
    public void Write_ResolvedConfiguration_ReadsBackTheSame(string yaml)
    {
        RunConfiguration configuration = Configurations.Resolve(yaml);
        string written = RunConfigurationWriter.Write(configuration);

        RunConfiguration again = Configurations.Resolve(written);

        Assert.Equal(JsonSerializer.Serialize(configuration), JsonSerializer.Serialize(again));
        Assert.Equal(written, RunConfigurationWriter.Write(again));
    }

    [Fact]
    public void Read_FileEnvironmentAndArgument_LaterOnesWin()
    {
        const string yaml = Configurations.Shortest + "training: {epochs: 2, batch_size: 8, shards: 2}";
        var environment = new Dictionary<string, string>
        {
            ["ACTORS__TRAINING__EPOCHS"] = "3",
            ["ACTORS__TRAINING__BATCH_SIZE"] = "16",
            ["ACTORS_LIBTORCH"] = "/not/a/setting",
        };

        TrainingConfiguration training = Configurations.Resolve(yaml, ["training.epochs=4"], environment).Training;

        Assert.Equal((4, 16, 2, 256), (training.Epochs, training.BatchSize, training.Shards, training.EvaluationBatchSize));
    }

    [Fact]
    public void Read_NameArgument_WinsOverAll() =>
        Assert.Equal("mine", Configurations.Resolve(Configurations.Shortest + "name: other", ["name=set"], name: "mine").Name);

    [Fact]
    public void Read_ListAndGroupInArgument_AreTaken()
    {
        RunConfiguration configuration = Configurations.Resolve(
            Configurations.Shortest + "training: {epochs: 2, shards: 2}", ["placement.devices=[cpu:0, cpu:1]", "training={epochs: 5}"]);

        Assert.Equal(["cpu:0", "cpu:1"], configuration.Placement.Devices);
        Assert.Equal((5, 2), (configuration.Training.Epochs, configuration.Training.Shards));
    }

    [Fact]
    public void Read_ArgumentOnWhatAnAliasRepeats_ChangesTheOneItNames()
    {
        const string Repeated = """
            data: {dataset: synthetic}
            modalities: {m0: &encoder {encoder: convnet, width: 4}, m1: *encoder, m2: *encoder}
            """;

        RunConfiguration configuration = Configurations.Resolve(
            Repeated, ["modalities.m0.width=16", "modalities={m1: {depth: 2}}"], new() { ["ACTORS__MODALITIES__M2__WIDTH"] = "8" });

        Assert.Equal([(16, null), (4, 2), (8, null)], configuration.Modalities.Select(modality => (modality.Width!.Value, modality.Depth)));
    }

    [Fact]
    public void Read_NullModality_IsNotThere()
    {
        Assert.Equal("image", Assert.Single(Configurations.Resolve(Configurations.Shortest, ["modalities.audio=null"]).Modalities).Name);

        RunConfiguration manifest = Configurations.Resolve(Manifest, ["modalities.image=null", "data.modalities.image=null"]);
        Assert.Equal("audio", Assert.Single(manifest.Modalities).Name);
        Assert.Empty(manifest.Data.Manifest!.Image);
        Assert.Contains(
            "modalities is required and must name at least one", Configurations.Faults(Configurations.Shortest, ["modalities={audio: null, image: null}"])[0]);
    }

    [Fact]
    public void Read_PathInFileAndInArgument_CountFromFileAndWorkingDirectory()
    {
        string[] set = ["data.cache=cache"];
        RunConfiguration configuration = Configurations.Resolve(Manifest, set);

        Assert.Equal(Path.Combine(Environment.CurrentDirectory, "cache"), configuration.Data.CacheFolder);
        Assert.StartsWith("actors-", Path.GetFileName(Path.GetDirectoryName(configuration.Data.Path)), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_ForACluster_RelativePathsOutsideTheFileStayForTheSilosToCount()
    {
        RunConfiguration configuration = Configurations.Read(
            Manifest, set: ["data.path=clips/clips.csv"], environment: new() { ["ACTORS__DATA__CACHE"] = "features" }, forCluster: true).Configuration;

        Assert.Equal(("clips/clips.csv", "features"), (configuration.Data.Path, configuration.Data.CacheFolder));
        Assert.True(Path.IsPathFullyQualified(configuration.Modalities[0].Weights!)); // of the file
    }

    [Theory]
    [InlineData("", 2048)]
    [InlineData("data.memory_mib=0", 0)]
    [InlineData("data.memory_mib=4096", 4096)]
    public void Read_MemoryForDecodedFeatures_IsTheDatasets(string set, int mib)
    {
        DataConfiguration data = Configurations.Read(Manifest, set: set.Length > 0 ? [set] : []).Configuration.Data;

        Assert.Equal((long)mib << 20, LearningOptions.Dataset(data).Manifest!.MemoryBytes);
    }

    [Fact]
    public void Read_Unimodal_KeepsTheOneModality()
    {
        RunConfiguration configuration = Configurations.Resolve(Configurations.Shortest, ["method.name=unimodal", "method.modality=image"]);

        Assert.Equal("image", Assert.Single(configuration.Modalities).Name);
        Assert.Equal("image", configuration.Method.Modality);
    }

    [Fact]
    public void Read_SettingsOfAnotherMethod_ArePassed() =>
        Assert.Equal("joint", Configurations.Resolve(Configurations.Shortest + "method: {name: mlb, alpha: 1}", ["method.name=joint"]).Method.Name);

    [Fact]
    public void Read_SeveralFaults_TellsAllInTheOrderOfTheFile()
    {
        const string yaml = """
            data: {dataset: av-digit, path: .}
            modalities: {audio: {encoder: convnett}}
            training:
              epochs: none
              batchsize: 8
            method: {name: mbl, beta_max: 0.5}
            """;

        string[] faults = Configurations.Faults(yaml, ["optimizer.learning_rate=0", "x"], new() { ["ACTORS__SEED"] = "-1" });

        Assert.Collection(
            faults,
            fault => Assert.StartsWith("run.yaml:1: data.dataset 'av-digit' is not known. Did you mean 'av-digits'?", fault),
            fault => Assert.StartsWith("run.yaml:2: modalities.audio.encoder 'convnett' is not known. Did you mean 'convnet'?", fault),
            fault => Assert.Equal("run.yaml:4: training.epochs must be a whole number ≥ 1, but is 'none'.", fault),
            fault => Assert.StartsWith("run.yaml:5: Key 'training.batchsize' is not known. Did you mean 'batch_size'?", fault),
            fault => Assert.StartsWith("run.yaml:6: method.name 'mbl' is not known. Did you mean 'mlb'?", fault),
            fault => Assert.Equal("run.yaml:6: method.beta_max must be a number ≥ 1, but is '0.5'.", fault),
            fault => Assert.Equal("environment ACTORS__SEED: seed must be a whole number ≥ 0, but is '-1'.", fault),
            fault => Assert.StartsWith("--set x: An override is written key=value", fault),
            fault => Assert.Equal("--set optimizer.learning_rate: optimizer.learning_rate must be a number > 0, but is '0'.", fault));
    }

    [Fact]
    public void Read_MissingFile_NamesIt()
    {
        var source = new ConfigurationSource { File = "/no/such.yaml" };
        var failure = Assert.Throws<ConfigurationException>(() => ConfigurationReader.Read(source));

        Assert.Contains("/no/such.yaml", Assert.Single(failure.Faults).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_MachineLacksDevicePathAndWeights_TellsAllThree()
    {
        const string yaml = """
            data: {dataset: av-digits, path: nowhere}
            modalities: {audio: {encoder: resnet18, weights: w.safetensors}}
            placement:
              devices: [cpu:0, cuda:77, gpu]
            """;

        string[] faults = Configurations.Faults(yaml, checkMachine: true);

        Assert.Collection(
            faults,
            fault => Assert.StartsWith("run.yaml:1: data.path must be a file or folder that exists", fault),
            fault => Assert.StartsWith("run.yaml:2: modalities.audio.weights must be a safetensors file that exists", fault),
            fault => Assert.StartsWith("run.yaml:4: placement.devices: Device 'cuda:77' is not on this machine. Present here: ", fault),
            fault => Assert.StartsWith("run.yaml:4: placement.devices: A device is written cpu:0", fault));
    }
}
