using System.Diagnostics.Metrics;
using Actors.Grains.Reduction;
using Actors.Grains.Tensors;
using Actors.Grains.Tests.Diagnostics;
using Actors.Grains.Workers;
using Actors.Tests;
using Microsoft.Extensions.DependencyInjection;
using static TorchSharp.torch;

namespace Actors.Grains.Tests.Tensors;

/// <summary>Tensors between two silos. A reduction of one shard gives back what it was given: an echo.</summary>
public sealed class TensorTransferTests(TwoSilosFixture silos) : IClassFixture<TwoSilosFixture>
{
    [Theory]
    [InlineData(3)] // in the message itself
    [InlineData((256 << 10) / 4)] // just so
    [InlineData(((256 << 10) / 4) + 1)]
    [InlineData(28 << 20)] // 112 MiB, more than a message may have
    public async Task Echo_AnySize_KeepsEveryBitAndLeavesNothing(long count)
    {
        long before = TensorLeaks.Baseline();
        using (Tensor sent = randn(count))
        {
            using Tensor back = await EchoAsync($"size{count}", sent);
            Assert.Equal(sent.shape, back.shape);
            Assert.True(SameBits(sent, back));
        }

        AssertNothingLeft(before);
    }

    [Fact]
    public async Task Echo_LargeTensor_IsMeasuredOnTheLinkItCameBy()
    {
        using var measured = new Measurements(silos.First.GetRequiredService<IMeterFactory>());
        using Tensor sent = randn(1 << 20);
        using Tensor back = await EchoAsync("link", sent);
        string peer = $"{{peer={silos.SecondAddress.Endpoint}}}";
        Assert.Equal((4 << 20, 16), measured.Told()[$"actors.link.traffic{peer}"]); // 16 chunks of 256 KiB
        Assert.True(measured.Told()[$"actors.link.chunk.duration{peer}"] is { Count: 16, Sum: > 0 });
    }

    [Fact]
    public async Task Echo_SmallTensor_IsCountedOnTheLinkItCameBy()
    {
        using var here = new Measurements(silos.First.GetRequiredService<IMeterFactory>());
        using var there = new Measurements(silos.Second.GetRequiredService<IMeterFactory>());
        using Tensor sent = randn(5);
        using Tensor back = await EchoAsync("small", sent);
        Assert.Equal((20, 1), here.Told()[$"actors.link.traffic{{peer={silos.SecondAddress.Endpoint}}}"]);
        Assert.Equal((20, 1), there.Told()[$"actors.link.traffic{{peer={silos.First.GetRequiredService<ILocalSiloDetails>().SiloAddress.Endpoint}}}"]);
    }

    [Fact]
    public async Task TryReadInto_TensorOfTheSameLayout_IsFilledInPlace()
    {
        using Tensor sent = randn(1 << 20), destination = zeros(2 << 20), half = destination.narrow(0, 1 << 20, 1 << 20);
        using TensorPayload lent = TensorPayload.Lend(sent);
        using TensorPayload answer = await CallAsync("into", lent);
        Assert.True(await answer.TryReadIntoAsync(half));
        Assert.True(SameBits(sent, half));
        using Tensor before = destination.narrow(0, 0, 1 << 20), nothing = zeros(1 << 20);
        Assert.True(SameBits(nothing, before));
    }

    [Fact]
    public async Task TryReadInto_TensorOfAnotherLayout_IsRefusedAndCanStillBeTaken()
    {
        using Tensor sent = randn(1 << 20), other = zeros(1 << 20, ScalarType.BFloat16);
        using TensorPayload lent = TensorPayload.Lend(sent);
        using TensorPayload answer = await CallAsync("other", lent);
        Assert.False(await answer.TryReadIntoAsync(other));
        using Tensor taken = await answer.TakeAsync();
        Assert.Equal(sent.shape, taken.shape);
    }

    [Fact]
    public async Task Dispose_ResultThatNobodyTook_ClearsTheShelf()
    {
        using Tensor sent = randn(1 << 20);
        using (TensorPayload lent = TensorPayload.Lend(sent))
        {
            (await CallAsync("untaken", lent)).Dispose();
        }

        AssertShelvesEmpty();
    }

    [Fact]
    public async Task Take_SenderGaveUp_CountsAsALossAndLeavesNothing()
    {
        TensorTransfer there = silos.Second.GetRequiredService<TensorTransfer>();
        using Tensor sent = randn(1 << 20);
        TensorTicket ticket = there.Keep(sent, given: false);
        there.Remove(ticket);
        long before = TensorLeaks.Baseline();
        using TensorPayload arrived = TensorPayload.At(ticket, silos.First.GetRequiredService<TensorTransfer>());
        WorkerException failure = await Assert.ThrowsAsync<WorkerException>(() => arrived.TakeAsync().AsTask());
        Assert.Contains("not kept there any more", failure.Message);
        Assert.True(failure.IsLost, "Who does not ask again, as for features and means, goes on in another generation.");
        AssertNothingLeft(before);
    }

    [Fact]
    public async Task Take_TicketThatCameBackToItsOwnSilo_IsCopied()
    {
        TensorTransfer here = silos.First.GetRequiredService<TensorTransfer>();
        using Tensor sent = randn(1 << 20);
        using TensorPayload arrived = TensorPayload.At(here.Keep(sent, given: true), here);
        using Tensor taken = await arrived.TakeAsync();
        Assert.True(SameBits(sent, taken));
        AssertShelvesEmpty();
    }

    [Fact]
    public void Serialize_SenderGaveUp_IsRefused()
    {
        using Tensor sent = randn(1 << 20);
        TensorPayload lent = TensorPayload.Lend(sent);
        lent.Dispose();
        Assert.Throws<ObjectDisposedException>(() => lent.ToTicket(silos.First.GetRequiredService<TensorTransfer>()));
    }

    private static bool SameBits(Tensor a, Tensor b) => a.bytes.SequenceEqual(b.bytes);

    private async Task<Tensor> EchoAsync(string name, Tensor sent)
    {
        using TensorPayload lent = TensorPayload.Lend(sent);
        using TensorPayload answer = await CallAsync(name, lent);
        Tensor back = await answer.TakeAsync();
        await Reducer(name).AbortAsync("over");
        return back;
    }

    private Task<TensorPayload> CallAsync(string name, TensorPayload lent) =>
        Reducer(name).ReduceAsync(new ShardSegment("fusion", 0, 0, 0, 1, 1), lent);

    private IReducerGrain Reducer(string name) =>
        silos.First.GetRequiredService<IGrainFactory>().GetGrain<IReducerGrain>(WorkerKey.Reducer(name, 1, silos.SecondAddress.ToParsableString()));

    private void AssertNothingLeft(long before)
    {
        AssertShelvesEmpty();
        TensorLeaks.AssertNone(before);
    }

    private void AssertShelvesEmpty()
    {
        int Kept() => silos.First.GetRequiredService<TensorShelf>().Count + silos.Second.GetRequiredService<TensorShelf>().Count;
        Assert.True(SpinWait.SpinUntil(() => Kept() == 0, TimeSpan.FromSeconds(10)), $"{Kept()} tensors are on the shelves after 10 s.");
    }
}
