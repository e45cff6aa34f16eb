using Actors.Learning.Balancing;
using Actors.Learning.Checkpoints;
using Actors.Learning.Data.Synthetic;
using Actors.Learning.Devices;
using Actors.Learning.Encoders;
using Actors.Learning.Fusion;
using Actors.Learning.Optimization;
using Actors.Learning.Tests.Encoders;
using Actors.Learning.Training;
using Actors.Tests;
using static TorchSharp.torch;

namespace Actors.Learning.Tests.Training;

public sealed class PretrainedWeightsTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("actors-pretrained-").FullName;

    [Fact]
    public void Load_TorchvisionsFile_GivesItsBitsAndLeavesTheHead()
    {
        using var scope = NewDisposeScope();
        Dictionary<string, Tensor> file = Torchvision();
        using ModalityNetwork network = ResNet18(channels: 3);
        byte[] head = Bits(network.Head.weight!);
        PretrainedWeights.Load(network, Written(file));
        Dictionary<string, Tensor> state = State(network);
        Assert.Equal(file.Keys.Where(name => !name.StartsWith("fc.", StringComparison.Ordinal)).Order(), state.Keys.Order());
        Assert.All(state, entry => Assert.Equal(Bits(file[entry.Key]), Bits(entry.Value)));
        Assert.Equal(head, Bits(network.Head.weight!));
    }

    [Fact]
    public void Load_FileWithoutBatchCounts_IsLoadedAsPyTorchDoes()
    {
        using var scope = NewDisposeScope();
        Dictionary<string, Tensor> file = Torchvision();
        Array.ForEach([.. file.Keys.Where(name => name.EndsWith("num_batches_tracked", StringComparison.Ordinal))], name => file.Remove(name));
        using ModalityNetwork network = ResNet18(channels: 3);
        PretrainedWeights.Load(network, Written(file));
        Dictionary<string, Tensor> state = State(network);
        Assert.All(file.Keys.Where(state.ContainsKey), name => Assert.Equal(Bits(file[name]), Bits(state[name])));
        Assert.Equal(0, state["bn1.num_batches_tracked"].item<long>());
    }

    [Fact]
    public void Load_ThreeChannelsIntoOne_NamesFileTensorShapesAndRemedy()
    {
        using var scope = NewDisposeScope();
        using ModalityNetwork network = ResNet18(channels: 1);
        string path = Written(Torchvision());
        byte[] before = Bits(State(network)["layer1.0.conv1.weight"]);
        string message = Assert.Throws<CheckpointException>(() => PretrainedWeights.Load(network, path)).Message;
        Assert.StartsWith(path, message);
        Assert.Contains("'resnet18'", message);
        Assert.Contains("'conv1.weight' must be [64, 1, 7, 7] but is [64, 3, 7, 7]", message);
        Assert.Contains("input channels", message);
        Assert.Contains("leave 'weights' out", message);
        Assert.DoesNotContain("layer", message); // nothing else is wrong
        Assert.Equal(before, Bits(State(network)["layer1.0.conv1.weight"])); // nor was anything taken
    }

    [Fact]
    public void Load_ManyFaults_NamesThemAll()
    {
        using var scope = NewDisposeScope();
        Dictionary<string, Tensor> file = Torchvision();
        file.Remove("layer3.1.bn2.bias");
        file.Remove("conv1.weight");
        file["layer1.0.conv3.weight"] = zeros(1);
        file["bn1.weight"] = zeros(32);
        using ModalityNetwork network = ResNet18(channels: 3);
        string message = Assert.Throws<CheckpointException>(() => PretrainedWeights.Load(network, Written(file))).Message;
        Assert.Contains("'layer3.1.bn2.bias' is missing", message);
        Assert.Contains("'conv1.weight' is missing", message);
        Assert.Contains("'layer1.0.conv3.weight' is not the encoder's", message);
        Assert.Contains("'bn1.weight' must be [64] but is [32]", message);
    }

    [Fact]
    public void EncoderWorker_WeightsThatDoNotFit_LeavesNoTensors()
    {
        using var data = new SyntheticDataset(1, new SyntheticOptions());
        using Tensor one = zeros(1);
        string path = Written(new Dictionary<string, Tensor> { ["conv1.weight"] = one });
        TrainingOptions options = new()
        {
            Seed = 5,
            Modalities = [.. data.Modalities
                .Select(m => new ModalityOptions(m.Name, new EncoderOptions { Name = "convnet", Width = 4, Depth = 1, Weights = path }))],
            Fusion = new FusionOptions { Name = Fusions.LateLinear },
            Method = new MethodOptions { Name = BalancingMethods.Joint },
            Optimizer = new OptimizerOptions { Name = Optimizers.Sgd, LearningRate = 0.1 },
            BatchSize = 16,
            Epochs = 1,
        };
        void Make() => Assert.Throws<CheckpointException>(() => new EncoderWorker(data, options, 0, 0, DeviceName.Cpu));

        Make();
        long before = TensorLeaks.Baseline();
        Make();
        TensorLeaks.AssertNone(before);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static ModalityNetwork ResNet18(long channels) => new(EncoderCatalog.Create(new EncoderOptions { Name = "resnet18" }, [channels, 64, 64]), 10);

    private static Dictionary<string, Tensor> Torchvision()
    {
        Dictionary<string, Tensor> file = TorchvisionResNet18.Shapes(channels: 3).ToDictionary(
            entry => entry.Key, entry => entry.Value.Length == 0 ? tensor((long)entry.Key.Length) : randn(entry.Value));
        file["fc.weight"] = randn(1000, 512);
        file["fc.bias"] = randn(1000);
        return file;
    }

    private static Dictionary<string, Tensor> State(ModalityNetwork network) =>
        network.Encoder.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value);

    private static byte[] Bits(Tensor tensor) => tensor.detach().bytes.ToArray();

    private string Written(Dictionary<string, Tensor> tensors)
    {
        string path = Path.Combine(folder, "weights.safetensors");
        Safetensors.Write(path, tensors);
        return path;
    }
}
