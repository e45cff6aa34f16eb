using Actors.Learning.Encoders;
using static TorchSharp.torch;
using Conv2d = TorchSharp.Modules.Conv2d;
using Parameter = TorchSharp.Modules.Parameter;

namespace Actors.Learning.Tests.Encoders;

public class ConvolutionTests
{
    [Theory]
    [InlineData(4, 6, 3)]
    [InlineData(4, 15, 3)]
    [InlineData(4, 24, 3)]
    [InlineData(1, 20, 5)]
    [InlineData(12, 24, 3)]
    [InlineData(24, 48, 3)]
    [InlineData(8, 16, 3)]
    public void Forward_FreedMemoryIsFullOfNaN_OutputAndGradientsAreThoseOfDoubles(long channels, long width, long kernel)
    {
        using var convolution = new Convolution(channels, width, kernel);
        Parameter[] parameters = [.. convolution.parameters()];
        for (int repeat = 0; repeat < 5; repeat++)
        {
            using var scope = NewDisposeScope();
            Tensor input = randn([4, channels, 16, 16], requires_grad: true);
            FillFreedMemory();
            Tensor output = convolution.call(input);
            Tensor upstream = randn_like(output);
            FillFreedMemory();
            output.backward([upstream]);

            Tensor[] exact = [.. parameters.Prepend(input).Select(t => t.detach().@double().requires_grad_(true))];
            Tensor expected = nn.functional.conv2d(exact[0], exact[1], exact[2], padding: [kernel / 2, kernel / 2]);
            expected.backward([upstream.@double()]);
            AssertClose(expected, output);
            AssertClose(exact[0].grad!, input.grad!);
            AssertClose(exact[1].grad!, parameters[0].grad!);
            AssertClose(exact[2].grad!, parameters[1].grad!);
            Array.ForEach(parameters, p => p.grad = null);
        }
    }

    [Fact]
    public void Create_SameSeed_HasTheWeightsAndNamesOfConv2d()
    {
        manual_seed(3).Dispose();
        using Conv2d theirs = nn.Conv2d(3, 6, 5, padding: 2);
        manual_seed(3).Dispose();
        using var ours = new Convolution(3, 6, 5);
        Assert.Equal(theirs.named_parameters().Select(p => p.name), ours.named_parameters().Select(p => p.name));
        Assert.All(theirs.parameters().Zip(ours.parameters()), pair => Assert.Equal(pair.First.data<float>().ToArray(), pair.Second.data<float>().ToArray()));
    }

    private static void FillFreedMemory()
    {
        for (int size = 1 << 4; size <= 1 << 17; size *= 2)
        {
            full(size, float.NaN).Dispose();
        }
    }

    private static void AssertClose(Tensor expected, Tensor actual) => Assert.True(
        actual.@double().allclose(expected, 1e-4, 1e-3),
        $"A gradient or output differs; it is NaN in {actual.isnan().sum().item<long>()} of {actual.numel()} places "
        + $"and off by up to {(actual - expected).abs().nan_to_num(0).max().item<double>()}.");
}
