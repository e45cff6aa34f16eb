using Actors.Grains.Tensors;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using static TorchSharp.torch;

namespace Actors.Grains.Tests.Tensors;

public sealed class TensorPayloadCodecTests : IDisposable
{
    private readonly ServiceProvider services = new ServiceCollection().AddSerializer().AddOptions().BuildServiceProvider();

    public void Dispose() => services.Dispose();

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Int64)]
    [InlineData(ScalarType.Byte)]
    [InlineData(ScalarType.Bool)]
    public void RoundTrip_AnyType_KeepsEveryBit(ScalarType type)
    {
        using Tensor drawn = (rand(5, 7, 3) * 4).to(type);
        AssertSurvives(drawn);
    }

    [Theory]
    [InlineData(new long[0])]
    [InlineData(new long[] { 0, 4 })]
    [InlineData(new long[] { 1 })]
    [InlineData(new long[] { 3, 70_000 })] // many of the writer's blocks
    public void RoundTrip_AnyShape_KeepsEveryBit(long[] shape)
    {
        using Tensor drawn = rand(shape);
        AssertSurvives(drawn);
    }

    [Fact]
    public void RoundTrip_StridedView_KeepsTheValues()
    {
        using Tensor drawn = rand(6, 8);
        using Tensor view = drawn.t().narrow(0, 2, 3);
        AssertSurvives(view);
    }

    [Fact]
    public void RoundTrip_OfAResult_LeavesNoTensorAtEitherEnd()
    {
        Serializer<TensorPayload> serializer = services.GetRequiredService<Serializer<TensorPayload>>();
        serializer.SerializeToArray(TensorPayload.Float(rand(2))); // code made once
        long before = Tensor.TotalCount;
        for (int i = 0; i < 10; i++)
        {
            byte[] message = serializer.SerializeToArray(TensorPayload.Float(rand(4)));
            using TensorPayload arrived = serializer.Deserialize(message)!;
            using Tensor taken = arrived.Take();
        }

        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public void Serialize_ALentTensor_StaysTheCallers()
    {
        using Tensor lent = ones(3);
        services.GetRequiredService<Serializer<TensorPayload>>().SerializeToArray(TensorPayload.Lend(lent));
        Assert.Equal(3, lent.sum().item<float>());
    }

    [Fact]
    public void Dispose_NobodyTook_DisposesTheResult()
    {
        Tensor result = ones(3);
        TensorPayload.Float(result).Dispose();
        Assert.True(result.IsInvalid);
    }

    [Fact]
    public void Deserialize_CutShort_ThrowsAndLeavesNoTensor()
    {
        Serializer<TensorPayload> serializer = services.GetRequiredService<Serializer<TensorPayload>>();
        byte[] message = serializer.SerializeToArray(TensorPayload.Float(rand(400)));
        long before = Tensor.TotalCount;
        Assert.ThrowsAny<Exception>(() => serializer.Deserialize(message.AsMemory(0, message.Length / 2)));
        Assert.Equal(before, Tensor.TotalCount);
    }

    private void AssertSurvives(Tensor tensor)
    {
        Serializer<TensorPayload> serializer = services.GetRequiredService<Serializer<TensorPayload>>();
        using Tensor arrived = serializer.Deserialize(serializer.SerializeToArray(TensorPayload.Lend(tensor)))!.Take();
        using Tensor dense = tensor.contiguous();
        Assert.Equal(tensor.dtype, arrived.dtype);
        Assert.Equal(tensor.shape, arrived.shape);
        Assert.True(dense.bytes.SequenceEqual(arrived.bytes));
    }
}
