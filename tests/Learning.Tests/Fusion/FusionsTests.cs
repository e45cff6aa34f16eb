using Actors.Learning.Fusion;
using TorchSharp;
using static TorchSharp.torch;

namespace Actors.Learning.Tests.Fusion;

public class FusionsTests
{
    [Theory]
    [InlineData("late-linear", 1)]
    [InlineData("late-linear", 4)]
    [InlineData("mid-mlp", 1)]
    [InlineData("mid-mlp", 3)]
    public void Forward_AnyModalities_GivesLogits(string name, int modalities)
    {
        using FusionNetwork fusion = Create(name, modalities);
        using var scope = NewDisposeScope();
        Assert.Equal([5, 7], fusion.forward(Features(modalities)).shape);
    }

    [Fact]
    public void SliceLogits_OfAllModalities_AddUpToTheFusedLogits()
    {
        using FusionNetwork fusion = Create("late-linear", 3);
        using var scope = NewDisposeScope();
        Tensor[] features = Features(3);
        Tensor sum = features.Select((z, i) => fusion.SliceLogits(i, z)).Aggregate((a, b) => a + b);
        Assert.True(sum.allclose(fusion.forward(features), 1e-5, 1e-6));
    }

    [Fact]
    public void LateLinear_Forward_EqualsOneLinearLayerOverAllFeatures()
    {
        using FusionNetwork fusion = Create("late-linear", 2);
        using var scope = NewDisposeScope();
        Tensor[] features = Features(2);
        Dictionary<string, Tensor> state = fusion.state_dict();
        Tensor weight = cat([state["slices.0"], state["slices.1"]], 1);
        Assert.True(nn.functional.linear(cat(features, 1), weight, state["bias"]).allclose(fusion.forward(features), 1e-5, 1e-6));
    }

    [Fact]
    public void SliceLogits_OfAFusionThatIsNoSum_SaysWhatToUse()
    {
        using FusionNetwork fusion = Create("mid-mlp", 2);
        Assert.False(fusion.HasSlices);
        Assert.Contains("late-linear", Assert.Throws<NotSupportedException>(() => fusion.SliceLogits(0, zeros(1, 4))).Message);
    }

    [Theory]
    [InlineData("late-linear")]
    [InlineData("mid-mlp")]
    public void ModalityParameters_OfAllModalities_AreDistinctParameters(string name)
    {
        using FusionNetwork fusion = Create(name, 3);
        string[] own = [.. Enumerable.Range(0, 3).SelectMany(fusion.ModalityParameters)];
        Assert.Equal(own.Length, own.Distinct().Count());
        Assert.Superset(own.ToHashSet(), fusion.named_parameters().Select(p => p.name).ToHashSet());
    }

    [Theory]
    [InlineData("late-linear", "bias")]
    [InlineData("mid-mlp", "hidden.bias hidden.weight output.bias output.weight projections.0.bias")]
    public void ModalityParameters_OfAllModalities_LeaveOutWhatIsShared(string name, string shared)
    {
        using FusionNetwork fusion = Create(name, 3);
        string[] own = [.. Enumerable.Range(0, 3).SelectMany(fusion.ModalityParameters)];
        Assert.Equal(shared, string.Join(' ', fusion.named_parameters().Select(p => p.name).Except(own).Order(StringComparer.Ordinal)));
    }

    [Fact]
    public void MidMlp_DropoutMask_IsAFunctionOfSeedAndStep()
    {
        using FusionNetwork fusion = Create("mid-mlp", 2);
        using var scope = NewDisposeScope();
        Tensor[] features = Features(2);
        float[] At(long step)
        {
            fusion.BeginStep(step);
            return fusion.forward(features).data<float>().ToArray();
        }

        float[] first = At(4);
        Assert.NotEqual(first, At(5));
        Assert.Equal(first, At(4));
        fusion.eval();
        Assert.Equal(At(4), At(5));
    }

    [Theory]
    [InlineData("late-linear")]
    [InlineData("mid-mlp")]
    public void Forward_Moved_TookEveryPartAlong(string name)
    {
        using FusionNetwork fusion = Create(name, 3);
        using var scope = NewDisposeScope();
        fusion.to(ScalarType.Float64); // moved as to a GPU, which no machine needs for this
        Assert.All(fusion.parameters(), parameter => Assert.Equal(ScalarType.Float64, parameter.dtype));
        Tensor[] features = [.. Features(3).Select(z => z.to(ScalarType.Float64))];
        Assert.Equal(ScalarType.Float64, fusion.forward(features).dtype);
        if (fusion.HasSlices)
        {
            Assert.Equal(ScalarType.Float64, fusion.SliceLogits(1, features[1]).dtype);
        }
    }

    private static FusionNetwork Create(string name, int modalities) =>
        Fusions.Create(new FusionOptions { Name = name, Hidden = 16, Dropout = 0.5 }, [.. Enumerable.Range(0, modalities).Select(i => 4L + i)], 7, 11);

    private static Tensor[] Features(int modalities) => [.. Enumerable.Range(0, modalities).Select(i => randn(5, 4 + i))];
}
