using Actors.Grains.Tensors;
using Actors.Tests;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using static TorchSharp.torch;

namespace Actors.Grains.Tests.Tensors;

public sealed class TensorChunkCodecTests : IDisposable
{
    private readonly ServiceProvider services = new ServiceCollection().AddSerializer().AddOptions().AddSingleton<TensorArrivals>().BuildServiceProvider();

    private TensorArrivals Arrivals => services.GetRequiredService<TensorArrivals>();

    public void Dispose() => services.Dispose();

    [Fact]
    public void Chunk_ThatIsWaitedFor_IsReadIntoItsPlaceAlone()
    {
        using Tensor destination = zeros(100);
        long arrival = Arrivals.Open(destination);
        Assert.True(Read(Message(arrival, 60)).IsIntact);
        Assert.Equal([.. new float[60], .. Enumerable.Range(1, 20).Select(i => (float)i), .. new float[20]], destination.data<float>().ToArray());
        Arrivals.Close(arrival);
    }

    [Fact]
    public void Chunk_ThatNobodyWaitsForAnyMore_IsDropped()
    {
        using Tensor destination = zeros(100);
        long arrival = Arrivals.Open(destination);
        Arrivals.Close(arrival);
        Assert.False(Read(Message(arrival, 60)).IsIntact);
        Assert.Equal(0, destination.data<float>().ToArray().Sum());
    }

    [Fact]
    public void Chunk_AnyBitWrong_IsNoticedAndNothingElseIsTouched()
    {
        using Tensor destination = zeros(100);
        long arrival = Arrivals.Open(destination);
        byte[] message = Message(arrival, 60);
        int head = 8 * message.AsSpan().IndexOf([.. BitConverter.GetBytes(arrival), .. BitConverter.GetBytes(60L)]);
        long before = TensorLeaks.Baseline();
        for (int bit = head; bit < 8 * (message.Length - 1); bit++) // the last byte ends Orleans' object
        {
            message[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(Read(message).IsIntact, $"Bit {bit} was wrong and nobody noticed.");
            message[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        TensorLeaks.AssertNone(before);
        float[] read = destination.data<float>().ToArray();
        Assert.Equal(new float[60], read[..60]);
        Assert.Equal(new float[20], read[80..]);
        Arrivals.Close(arrival);
    }

    [Fact]
    public void Chunk_CutAnywhere_ThrowsAndLeavesNoTensor()
    {
        using Tensor destination = zeros(100);
        long arrival = Arrivals.Open(destination);
        byte[] message = Message(arrival, 60);
        long before = TensorLeaks.Baseline();
        for (int length = 0; length < message.Length - 1; length++)
        {
            Assert.ThrowsAny<Exception>(() => Read(message[..length]));
        }

        TensorLeaks.AssertNone(before);
        Arrivals.Close(arrival);
    }

    [Fact]
    public async Task Close_ChunkBeingWritten_WaitsUntilItIs()
    {
        using Tensor destination = zeros(100);
        long arrival = Arrivals.Open(destination);
        ArrivingPart part = Arrivals.Part(arrival, 60, 80)!;
        Task closing = Task.Run(() => Arrivals.Close(arrival), TestContext.Current.CancellationToken);
        Assert.True(
            SpinWait.SpinUntil(() => Arrivals.Part(arrival, 0, 80) is not { } other || Dispose(other), TimeSpan.FromSeconds(30)),
            "Waited 30 s for the arrival to take no more.");
        Assert.False(closing.IsCompleted);
        part.Dispose();
        await closing;

        static bool Dispose(ArrivingPart unused)
        {
            unused.Dispose();
            return false;
        }
    }

    private byte[] Message(long arrival, long offset) =>
        services.GetRequiredService<Serializer<TensorChunk>>().SerializeToArray(TensorChunk.ToSend(arrival, offset, arange(1, 21, ScalarType.Float32)));

    private TensorChunk Read(byte[] message) => services.GetRequiredService<Serializer<TensorChunk>>().Deserialize(message)!;
}
