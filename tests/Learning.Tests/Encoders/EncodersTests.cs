using Actors.Learning.Encoders;
using TorchSharp;
using static TorchSharp.torch;

namespace Actors.Learning.Tests.Encoders;

public class EncodersTests
{
    [Theory]
    [InlineData("resnet18", new long[] { 1, 64, 64 }, null, 11_170_240, 512)]
    [InlineData("resnet18", new long[] { 3, 64, 64 }, null, 11_176_512, 512)]
    [InlineData("lenet", new long[] { 1, 28, 28 }, 3, 13_938, 48)]
    [InlineData("lenet", new long[] { 1, 112, 112 }, 5, 221_874, 192)]
    [InlineData("convnet", new long[] { 1, 28, 28 }, null, 24_384, 64)]
    public void Create_Encoder_HasTheKnownSize(string name, long[] shape, int? depth, long parameters, long features)
    {
        using Encoder encoder = EncoderCatalog.Create(new EncoderOptions { Name = name, Depth = depth }, shape);
        Assert.Equal(parameters, encoder.parameters().Sum(p => p.numel()));
        Assert.Equal(features, encoder.FeatureCount);
        using var scope = NewDisposeScope();
        encoder.eval();
        Assert.Equal([2, features], encoder.forward(randn([2, .. shape])).shape);
    }

    [Theory]
    [InlineData("convnet")]
    [InlineData("lenet")]
    [InlineData("resnet18")]
    public void Forward_Moved_TookEveryPartAlong(string name)
    {
        using Encoder encoder = EncoderCatalog.Create(new EncoderOptions { Name = name }, [3, 64, 64]);
        using var scope = NewDisposeScope();
        encoder.to(ScalarType.Float64); // moved as to a GPU, which no machine needs for this
        Assert.All(encoder.parameters(), tensor => Assert.Equal(ScalarType.Float64, tensor.dtype));
        Tensor features = encoder.forward(randn([2, 3, 64, 64], ScalarType.Float64));
        Assert.Equal(ScalarType.Float64, features.dtype);
        features.sum().backward();
    }

    [Theory]
    [InlineData("convnet")]
    [InlineData("lenet")]
    [InlineData("resnet18")]
    public void Dispose_OfAnEncoder_DisposesItsParametersAndBuffers(string name)
    {
        Encoder encoder = EncoderCatalog.Create(new EncoderOptions { Name = name }, [3, 64, 64]);
        Tensor[] own = [.. encoder.parameters(), .. encoder.buffers()];
        Assert.NotEmpty(own);
        encoder.Dispose();
        Assert.All(own, tensor => Assert.True(tensor.IsInvalid));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void ResNet18_StateDict_HasTorchvisionsNamesAndShapes(long channels)
    {
        using Encoder encoder = EncoderCatalog.Create(new EncoderOptions { Name = "resnet18" }, [channels, 64, 64]);
        Dictionary<string, long[]> expected = TorchvisionResNet18.Shapes(channels);
        Assert.Equal(120, expected.Count); // torchvision's 122 less fc.weight and fc.bias
        Dictionary<string, Tensor> state = encoder.state_dict();
        Assert.Equal(expected.Keys.Order(), state.Keys.Order());
        Assert.All(expected, entry => Assert.Equal(entry.Value, state[entry.Key].shape));
    }

    [Fact]
    public void ResNet18_Frames_AreTheMeanOfEachFramesFeatures()
    {
        using Encoder encoder = EncoderCatalog.Create(new EncoderOptions { Name = "resnet18" }, [3, 2, 32, 32]);
        encoder.eval();
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        Tensor frames = randn([2, 3, 2, 32, 32]); // [B, C, T, H, W]
        Tensor mean = (encoder.forward(frames.select(2, 0)) + encoder.forward(frames.select(2, 1))) / 2;
        Assert.True(encoder.forward(frames).allclose(mean, 1e-4, 1e-4));
    }

    [Theory]
    [InlineData("convnet", null)]
    [InlineData("convnet", 4)]
    [InlineData("convnet", 6)]
    [InlineData("convnet", 12)]
    [InlineData("lenet", null)]
    [InlineData("resnet18", null)]
    public void Backward_AnyWidth_GradientsAreThoseOfDoubles(string name, int? width)
    {
        Tensor[] Gradients(ScalarType type)
        {
            manual_seed(5).Dispose();
            using Encoder encoder = EncoderCatalog.Create(new EncoderOptions { Name = name, Width = width }, [1, 32, 32]);
            Tensor input = randn(4, 1, 32, 32);
            encoder.to(type);
            encoder.forward(input.to(type)).square().sum().backward();
            return [.. encoder.parameters().Select(p => p.grad!.to(ScalarType.Float64))];
        }

        using var scope = NewDisposeScope();
        Assert.All(Gradients(ScalarType.Float64).Zip(Gradients(ScalarType.Float32)), pair =>
            Assert.InRange((pair.First - pair.Second).norm().item<double>(), 0, 1e-3 * (1 + pair.First.norm().item<double>())));
    }

    [Theory]
    [InlineData("convnet")]
    [InlineData("lenet")]
    [InlineData("resnet18")]
    public void Create_SameSeed_GivesTheSameWeights(string name)
    {
        float[] Weights()
        {
            manual_seed(5).Dispose();
            using Encoder encoder = EncoderCatalog.Create(new EncoderOptions { Name = name }, [1, 32, 32]);
            return encoder.parameters().First().data<float>().ToArray();
        }

        Assert.Equal(Weights(), Weights());
    }

    [Theory]
    [InlineData("convnet", new long[] { 1, 4, 4 }, null)]
    [InlineData("convnet", new long[] { 16 }, null)]
    [InlineData("convnet", new long[] { 1, 28, 28 }, 64)] // a shift by 64 is one by 0
    [InlineData("convnet", new long[] { 1, 28, 28 }, int.MaxValue)]
    [InlineData("lenet", new long[] { 16 }, null)]
    [InlineData("lenet", new long[] { 1, 28, 28 }, 63)]
    [InlineData("lenet", new long[] { 1, 28, 28 }, int.MaxValue)]
    [InlineData("resnet18", new long[] { 16 }, null)]
    public void Create_ShapeItCannotTake_SaysWhichItTakes(string name, long[] shape, int? depth)
    {
        string message = Assert.Throws<ArgumentException>(() => EncoderCatalog.Create(new EncoderOptions { Name = name, Depth = depth }, shape)).Message;
        Assert.Contains(name, message);
        Assert.Contains($"[{string.Join(", ", shape)}]", message);
    }

    [Fact]
    public void ModalityNetwork_Names_AreTheEncodersAndTheHeads()
    {
        using var network = new ModalityNetwork(EncoderCatalog.Create(new EncoderOptions { Name = "lenet" }, [1, 16, 16]), 10);
        Assert.Equal(["head.weight", "head.bias"], network.NamedParameters().TakeLast(2).Select(p => p.Name));
        Assert.Contains("bns.0.running_mean", network.NamedBuffers().Select(b => b.Name));
    }
}
