using Actors.Learning.Balancing;
using Actors.Learning.Checkpoints;
using Actors.Learning.Data;
using Actors.Learning.Data.Audio;
using Actors.Learning.Data.Manifest;
using Actors.Learning.Data.Synthetic;
using Actors.Learning.Devices;
using Actors.Learning.Encoders;
using Actors.Learning.Fusion;
using Actors.Learning.Optimization;
using Actors.Learning.Tests.Data.Manifest;
using Actors.Learning.Training;
using Actors.Tests;
using static TorchSharp.torch;

namespace Actors.Learning.Tests.Training;

public sealed class DataFitTests : IDisposable
{
    private static readonly EncoderOptions ConvNet = new() { Name = EncoderCatalog.ConvNet };

    private readonly string folder = Directory.CreateTempSubdirectory("actors-fit-").FullName;

    [Fact]
    public void Faults_RunThatFits_AreNoneAndLeaveNoTensors()
    {
        using var data = new SyntheticDataset(0, new SyntheticOptions());
        long before = TensorLeaks.Baseline();
        Assert.Empty(DataFit.Faults(data, Options(1, 32, ("m0", ConvNet), ("m1", ConvNet))));
        TensorLeaks.AssertNone(before);
    }

    [Fact]
    public void Faults_NamedShardsSmallerThanABatchAndMoreThanSet_NameEachAndBothSettings()
    {
        using ManifestDataset data = Sharded(("a", 6), ("b", 2), ("c", 3));
        (string Key, string Text)[] faults = [.. DataFit.Faults(data, Options(2, 4, ("mic", ConvNet)))];
        Assert.Equal(["training.shards", "training.batch_size"], faults.Select(fault => fault.Key));
        Assert.Equal("training.shards must be the number of shards that the data names, 3 (a, b, c), but is '2'.", faults[0].Text);
        Assert.Equal(
            "training.batch_size must be at most the smallest shard, 2 samples, but is '4', and shard 'b' has 2, shard 'c' has 3. "
            + "Lower it, or give these shards more samples.",
            faults[1].Text);
        Assert.Empty(DataFit.Faults(data, Options(3, 2, ("mic", ConvNet))));
    }

    [Fact]
    public void Faults_EncodersThatDoNotTakeTheSamples_NameEachModalityAndItsShape()
    {
        using var data = new SyntheticDataset(0, new SyntheticOptions());
        TrainingOptions options = Options(1, 32, ("m0", ConvNet with { Depth = 4 }), ("m1", new() { Name = EncoderCatalog.LeNet, Depth = 7 }));
        (string Key, string Text)[] faults = [.. DataFit.Faults(data, options)];
        Assert.Equal(["modalities.m0.depth", "modalities.m1.depth"], faults.Select(fault => fault.Key));
        Assert.StartsWith("modalities.m0: Encoder 'convnet' of depth 4 takes", faults[0].Text, StringComparison.Ordinal);
        Assert.All(faults, fault => Assert.Contains("the input is [1, 8, 8]", fault.Text, StringComparison.Ordinal));
    }

    [Fact]
    public void Faults_WeightsThatDoNotFit_NameFileAndTensorAndLeaveNoTensors()
    {
        using var data = new SyntheticDataset(0, new SyntheticOptions());
        string other = Path.Combine(folder, "other.safetensors"), text = Path.Combine(folder, "text.safetensors");
        using (Tensor tensor = zeros(3))
        {
            Safetensors.Write(other, new Dictionary<string, Tensor> { ["conv9.weight"] = tensor });
        }

        File.WriteAllText(text, "no weights");
        long before = TensorLeaks.Baseline();
        TrainingOptions options = Options(1, 32, ("m0", ConvNet with { Weights = other }), ("m1", ConvNet with { Weights = text }));
        (string Key, string Text)[] faults = [.. DataFit.Faults(data, options)];
        TensorLeaks.AssertNone(before);
        Assert.Equal(["modalities.m0.weights", "modalities.m1.weights"], faults.Select(fault => fault.Key));
        Assert.StartsWith($"modalities.m0.weights: {other}: the weights do not fit", faults[0].Text, StringComparison.Ordinal);
        Assert.Contains("'conv9.weight' is not the encoder's", faults[0].Text, StringComparison.Ordinal);
        Assert.Contains(text, faults[1].Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 28, true)] // ends with 1x1
    [InlineData(2, 28, false)]
    [InlineData(1, 64, false)] // ends with 2x2
    public void Faults_BatchOfOneWithResNet_NameBatchAndEncoderWhereAChannelEndsWithOneValue(int batchSize, int size, bool isRefused)
    {
        using var data = new SyntheticDataset(0, new SyntheticOptions { Noise = [1], Size = size, Samples = 8 });
        long before = TensorLeaks.Baseline();
        TrainingOptions options = Options(1, batchSize, ("m0", new() { Name = EncoderCatalog.ResNet18 }));
        (string Key, string Text)[] faults = [.. DataFit.Faults(data, options)];
        TensorLeaks.AssertNone(before);
        Assert.Equal(isRefused ? ["training.batch_size"] : [], faults.Select(fault => fault.Key));
        const string Said = "training.batch_size must be at least 2 for encoder 'resnet18' of modality 'm0', but is '1'";
        Assert.All(faults, fault => Assert.StartsWith(Said, fault.Text, StringComparison.Ordinal));
        using var encoder = new EncoderWorker(data, options, 0, 0, DeviceName.Cpu);
        encoder.Encode(0).Dispose();
        using EncoderInference inferred = encoder.Infer(Split.Validation, [0]);
        Assert.Equal(isRefused, inferred.Features.isnan().any().item<bool>()); // what such a run would learn
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static TrainingOptions Options(int shards, int batchSize, params (string Name, EncoderOptions Encoder)[] modalities) => new()
    {
        Seed = 1,
        Modalities = [.. modalities.Select(modality => new ModalityOptions(modality.Name, modality.Encoder))],
        Fusion = new FusionOptions { Name = Fusions.LateLinear },
        Method = new MethodOptions { Name = BalancingMethods.Joint },
        Optimizer = new OptimizerOptions { Name = "sgd", LearningRate = 0.1 },
        BatchSize = batchSize,
        ShardCount = shards,
        Epochs = 1,
    };

    private ManifestDataset Sharded(params (string Name, int Count)[] shards)
    {
        string csv = Path.Combine(folder, "data.csv");
        MediaFiles.WriteWav(Path.Combine(folder, "a.wav"));
        string[] trained = [.. shards.SelectMany(shard => Enumerable.Range(0, shard.Count).Select(i => $"{shard.Name}{i},cat,train,{shard.Name},a.wav"))];
        File.WriteAllLines(csv, ["id,label,split,shard,mic", .. trained, "v,cat,validation,a,a.wav", "t,cat,test,a,a.wav"]);
        var small = new AudioOptions { SampleRateHz = 8000, DurationSeconds = .25, FftSize = 64, HopSize = 32 };
        return ManifestDataset.Open(csv, new ManifestOptions { Audio = new Dictionary<string, AudioOptions> { ["mic"] = small } });
    }
}
