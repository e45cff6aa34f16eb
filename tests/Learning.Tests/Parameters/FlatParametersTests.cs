using Actors.Learning.Parameters;
using static TorchSharp.torch;

namespace Actors.Learning.Tests.Parameters;

public class FlatParametersTests
{
    [Fact]
    public void Create_Module_KeepsItsOutputAndPutsGradientsInOneBuffer()
    {
        using var scope = NewDisposeScope();
        var module = nn.Sequential(("a", nn.Linear(3, 4)), ("b", nn.Linear(4, 2)));
        Tensor input = randn(5, 3);
        float[] before = module.forward(input).data<float>().ToArray();
        using var flat = new FlatParameters(module.named_parameters().Select(p => (p.name, p.parameter)));
        Assert.Equal(before, module.forward(input).data<float>().ToArray());
        Assert.Equal(["a.weight", "a.bias", "b.weight", "b.bias"], flat.Segments.Select(s => s.Name));
        Assert.Equal(26, flat.Count);

        for (int round = 0; round < 2; round++)
        {
            flat.ZeroGradients();
            module.forward(input).sum().backward();
            FlatRange range = flat.Range("b.bias");
            Assert.Equal([5f, 5f], flat.Gradients.narrow(0, range.Offset, range.Length).data<float>().ToArray());
        }

        flat.Values.zero_();
        Assert.Equal(0f, module.forward(input).abs().sum().item<float>());
    }

    [Fact]
    public void Range_UnknownName_ListsTheKnownOnes()
    {
        using var flat = new FlatParameters([("w", nn.Parameter(zeros(2)))]);
        Assert.Contains("w", Assert.Throws<KeyNotFoundException>(() => flat.Range("x")).Message);
    }

    [Fact]
    public void Create_NoParameters_IsRefused() => Assert.Throws<ArgumentException>(() => new FlatParameters([]));
}
