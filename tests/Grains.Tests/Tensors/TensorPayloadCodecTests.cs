using Actors.Grains.Tensors;
using Actors.Tests;
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
    public async Task RoundTrip_AnyType_KeepsEveryBit(ScalarType type)
    {
        using Tensor drawn = (rand(5, 7, 3) * 4).to(type);
        await AssertSurvivesAsync(drawn);
    }

    [Theory]
    [InlineData(new long[0])]
    [InlineData(new long[] { 0, 4 })]
    [InlineData(new long[] { 1 })]
    [InlineData(new long[] { 3, 70_000 })] // many of the writer's blocks
    public async Task RoundTrip_AnyShape_KeepsEveryBit(long[] shape)
    {
        using Tensor drawn = rand(shape);
        await AssertSurvivesAsync(drawn);
    }

    [Fact]
    public async Task RoundTrip_StridedView_KeepsTheValues()
    {
        using Tensor drawn = rand(6, 8);
        using Tensor view = drawn.t().narrow(0, 2, 3);
        await AssertSurvivesAsync(view);
    }

    [Fact]
    public async Task Take_LenderGaveUp_IsRefusedThoughTheTensorIsThere()
    {
        Serializer<TensorPayload> serializer = services.GetRequiredService<Serializer<TensorPayload>>();
        using Tensor tensor = rand(4);
        using TensorPayload lent = TensorPayload.Lend(tensor);
        Assert.Equal(serializer.SerializeToArray(lent), serializer.SerializeToArray(lent)); // a repeat
        using (await lent.TakeAsync())
        {
            lent.Dispose(); // what was taken is the receiver's
        }

        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await lent.TakeAsync());
        Assert.Throws<ObjectDisposedException>(() => serializer.SerializeToArray(lent));
    }

    [Fact]
    public async Task RoundTrip_OfAResult_LeavesNoTensorAtEitherEnd()
    {
        Serializer<TensorPayload> serializer = services.GetRequiredService<Serializer<TensorPayload>>();
        serializer.SerializeToArray(TensorPayload.Give(rand(2))); // code made once
        long before = TensorLeaks.Baseline();
        for (int i = 0; i < 10; i++)
        {
            byte[] message = serializer.SerializeToArray(TensorPayload.Give(rand(4)));
            using TensorPayload arrived = serializer.Deserialize(message)!;
            using Tensor taken = await arrived.TakeAsync();
        }

        TensorLeaks.AssertNone(before);
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
        TensorPayload.Give(result).Dispose();
        Assert.True(result.IsInvalid);
    }

    [Fact]
    public void Deserialize_CutAnywhere_ThrowsAndLeavesNoTensor()
    {
        byte[] message = Message();
        AssertRefused(Enumerable.Range(0, message.Length).Select(length => message[..length]));
    }

    [Fact]
    public void Deserialize_AnyBitWrong_ThrowsAndLeavesNoTensor()
    {
        byte[] message = Message();
        int head = 8 * message.AsSpan().IndexOf((byte[])[1, (byte)ScalarType.Float32, 2]); // what comes before is Orleans' own
        AssertRefused(Enumerable.Range(head, (8 * message.Length) - head).Select(bit =>
        {
            byte[] damaged = [.. message];
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            return damaged;
        }));
    }

    [Fact]
    public void Deserialize_ShapeThatNoMachineHolds_IsSaidBeforeMemoryIsTaken()
    {
        byte[] message = Message();
        int shape = message.AsSpan().IndexOf((byte[])[5, 0, 0, 0, 0, 0, 0, 0]);
        message[shape + 7] = 0x40; // 2^62 rows
        Assert.Contains("that a machine can hold", Assert.Throws<InvalidDataException>(() => Read(message)).Message);
    }

    private byte[] Message()
    {
        using Tensor sent = arange(40, ScalarType.Float32).view(5, 8);
        return services.GetRequiredService<Serializer<TensorPayload>>().SerializeToArray(TensorPayload.Lend(sent));
    }

    private void Read(byte[] message) => services.GetRequiredService<Serializer<TensorPayload>>().Deserialize(message)!.Dispose();

    private void AssertRefused(IEnumerable<byte[]> messages)
    {
        Read(Message());
        long before = TensorLeaks.Baseline();
        int number = 0;
        foreach (byte[] message in messages)
        {
            Exception? failure = Record.Exception(() => Read(message));
            Assert.True(failure is not null, $"Damaged message {number} of {message.Length} bytes was read.");
            number++;
        }

        TensorLeaks.AssertNone(before);
    }

    private async Task AssertSurvivesAsync(Tensor tensor)
    {
        Serializer<TensorPayload> serializer = services.GetRequiredService<Serializer<TensorPayload>>();
        using Tensor arrived = await serializer.Deserialize(serializer.SerializeToArray(TensorPayload.Lend(tensor)))!.TakeAsync();
        using Tensor dense = tensor.contiguous();
        Assert.Equal(tensor.dtype, arrived.dtype);
        Assert.Equal(tensor.shape, arrived.shape);
        Assert.True(dense.bytes.SequenceEqual(arrived.bytes));
    }
}
