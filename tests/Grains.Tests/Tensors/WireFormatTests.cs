using Actors.Grains.Tensors;
using Actors.Tests;
using static TorchSharp.torch;

namespace Actors.Grains.Tests.Tensors;

public sealed class WireFormatTests
{
    [Theory]
    [InlineData("bf16", 8)]
    [InlineData("fp16", 11)]
    public void Round_AnyValue_IsTheNearestOfTheFormat(string format, int bits)
    {
        using Tensor values = randn(10_000), rounded = WireFormat.Of(format).Round(values, "wire.features"), back = rounded.to(ScalarType.Float32);
        Assert.All(values.data<float>().ToArray().Zip(back.data<float>().ToArray()), pair =>
            Assert.InRange(Math.Abs(pair.Second - pair.First), 0, Math.Abs(pair.First) * Math.Pow(2, -bits) + 6e-8)); // half a unit of the last of its bits
    }

    [Theory]
    [InlineData(70_000f)]
    [InlineData(float.NaN)]
    public void Round_ValueThatFp16CannotHold_NamesTheKeyAndLeavesNothing(float value)
    {
        using Tensor fine = ones(3), wrong = full(3, value);
        long before = TensorLeaks.Baseline();
        InvalidDataException failure = Assert.Throws<InvalidDataException>(() => WireFormat.Of("fp16").Round([fine, wrong], "wire.gradients"));
        Assert.Contains("wire.gradients", failure.Message);
        TensorLeaks.AssertNone(before);
    }

    [Fact]
    public void Of_UnknownName_ListsTheKnownOnes() => Assert.Contains("fp32, bf16, fp16", Assert.Throws<ArgumentException>(() => WireFormat.Of("fp8")).Message);
}
