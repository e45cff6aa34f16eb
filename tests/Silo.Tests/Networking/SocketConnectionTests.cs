using System.IO.Pipelines;
using System.Net.Sockets;
using Actors.Silo.Networking;
using Microsoft.AspNetCore.Connections;

namespace Actors.Silo.Tests.Networking;

public class SocketConnectionTests
{
    private const int MostInKernel = 64 << 20; // more than the buffers of two sockets ever hold

    public static TheoryData<int> Sizes =>
        [1, 7, 4095, (16 << 10) + 1, BlockPool.BlockBytes - 1, BlockPool.BlockBytes, BlockPool.BlockBytes + 1, (3 << 20) + 5];

    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task Transport_AnySizeBothWays_SameBytes(int size)
    {
        await using SocketPair pair = await SocketPair.OpenAsync();
        byte[] there = SocketPair.Bytes(size, 1), back = SocketPair.Bytes(size, 2);
        Task writing = WriteAsync(pair.Connection.Transport.Output, there), sending = SendAsync(pair.Peer, back);
        Task<byte[]> received = pair.ReceiveAsync(size), read = SocketPair.ReadAsync(pair.Connection.Transport.Input, size);
        Assert.Equal(there, await received);
        Assert.Equal(back, await read);
        await writing;
        await sending;
    }

    [Fact]
    public async Task Transport_ManyPiecesOfOddSizes_SameBytes()
    {
        await using SocketPair pair = await SocketPair.OpenAsync();
        byte[] bytes = SocketPair.Bytes(5_000_011, 3);
        Task sending = Task.Run(async () =>
        {
            var sizes = new Random(4);
            for (int at = 0, size; at < bytes.Length; at += size)
            {
                size = Math.Min(sizes.Next(1, 70_001), bytes.Length - at);
                await SendAsync(pair.Peer, bytes.AsMemory(at, size));
                await WriteAsync(pair.Connection.Transport.Output, bytes.AsMemory(at, size));
            }
        }, TestContext.Current.CancellationToken);
        Task<byte[]> received = pair.ReceiveAsync(bytes.Length);
        Assert.Equal(bytes, await SocketPair.ReadAsync(pair.Connection.Transport.Input, bytes.Length));
        Assert.Equal(bytes, await received);
        await sending;
    }

    [Fact]
    public async Task Read_PeerClosed_WhatCameIsThereThenTheEnd()
    {
        await using SocketPair pair = await SocketPair.OpenAsync();
        byte[] bytes = SocketPair.Bytes(1001, 5);
        await SendAsync(pair.Peer, bytes);
        pair.Peer.Shutdown(SocketShutdown.Send);
        await SocketPair.ClosedAsync(pair.Connection);
        Assert.Equal(bytes, await SocketPair.ReadAsync(pair.Connection.Transport.Input, bytes.Length));
        Assert.True((await pair.Connection.Transport.Input.ReadAsync(TestContext.Current.CancellationToken)).IsCompleted);
    }

    [Fact]
    public async Task Read_PeerGoneInTheMiddle_SaysThatItWasReset()
    {
        await using SocketPair pair = await SocketPair.OpenAsync();
        await SendAsync(pair.Peer, SocketPair.Bytes(1001, 6));
        await SocketPair.ReadAsync(pair.Connection.Transport.Input, 1);
        pair.Peer.LingerState = new LingerOption(true, 0); // closing is a reset
        pair.Peer.Close();
        await Assert.ThrowsAsync<ConnectionResetException>(() => SocketPair.ReadAsync(pair.Connection.Transport.Input, 2000));
        await SocketPair.ClosedAsync(pair.Connection);
    }

    [Fact]
    public async Task Flush_PeerGone_EndsAndTheConnectionToo()
    {
        await using SocketPair pair = await SocketPair.OpenAsync();
        (Task<FlushResult> waiting, _) = WriteUntilItWaits(pair.Connection.Transport.Output);
        pair.Peer.LingerState = new LingerOption(true, 0);
        pair.Peer.Close();
        await SocketPair.BoundedAsync("the writer to learn that nobody reads", waiting);
        await SocketPair.ClosedAsync(pair.Connection);
    }

    [Fact]
    public async Task Abort_WhileReadingAndWriting_BothEndAndTheReaderLearnsWhy()
    {
        await using SocketPair pair = await SocketPair.OpenAsync();
        Task<byte[]> reading = SocketPair.ReadAsync(pair.Connection.Transport.Input, 1);
        (Task<FlushResult> waiting, _) = WriteUntilItWaits(pair.Connection.Transport.Output);
        pair.Connection.Abort(new ConnectionAbortedException("enough"));
        pair.Connection.Abort(new ConnectionAbortedException("again"));
        Assert.Equal("enough", (await Assert.ThrowsAsync<ConnectionAbortedException>(() => reading)).Message);
        await SocketPair.BoundedAsync("the writer to learn that it is over", waiting);
        await SocketPair.ClosedAsync(pair.Connection);
    }

    [Fact]
    public async Task Dispose_Twice_PeerSeesTheEndAndTheBlocksAreBack()
    {
        SocketPair pair = await SocketPair.OpenAsync();
        byte[] bytes = SocketPair.Bytes(100_003, 7);
        await WriteAsync(pair.Connection.Transport.Output, bytes);
        Assert.Equal(bytes, await pair.ReceiveAsync(bytes.Length));
        await SocketPair.BoundedAsync("the connection to be disposed", pair.Connection.DisposeAsync().AsTask());
        await SocketPair.BoundedAsync("the connection to be disposed again", pair.Connection.DisposeAsync().AsTask());
        Assert.True(pair.Connection.ConnectionClosed.IsCancellationRequested);
        Assert.InRange(pair.Pool.Kept, 1, 2); // one for each direction, if at all
        Assert.Equal(0, await pair.Peer.ReceiveAsync(new byte[1], TestContext.Current.CancellationToken));
        pair.Peer.Dispose();
    }

    [Fact]
    public async Task Flush_PeerDoesNotRead_WaitsAndGoesOnWhenItDoes()
    {
        await using SocketPair pair = await SocketPair.OpenAsync();
        (Task<FlushResult> waiting, int written) = WriteUntilItWaits(pair.Connection.Transport.Output);
        await pair.ReceiveAsync(written);
        Assert.False((await SocketPair.BoundedAsync("the writer to go on", waiting)).IsCompleted);
    }

    [Fact]
    public async Task Receive_NobodyReads_PeerMustWaitAndNothingIsLost()
    {
        const int LooksWithoutProgress = 20;
        await using SocketPair pair = await SocketPair.OpenAsync();
        byte[] bytes = SocketPair.Bytes(MostInKernel, 8);
        pair.Peer.Blocking = false;
        int sent = 0;
        for (int looks = 0; looks < LooksWithoutProgress && sent < bytes.Length; looks++)
        {
            int now = pair.Peer.Send(bytes.AsSpan(sent), SocketFlags.None, out SocketError error);
            if (error == SocketError.WouldBlock)
            {
                await Task.Delay(10, TestContext.Current.CancellationToken); // between looks
                continue;
            }

            (sent, looks) = (sent + now, 0);
        }

        Assert.True(sent < bytes.Length, "The connection took everything although nobody read.");
        Assert.Equal(bytes[..sent], await SocketPair.ReadAsync(pair.Connection.Transport.Input, sent));
    }

    /// <summary>Writes until a write does not end at once.</summary>
    private static (Task<FlushResult> Waiting, int Written) WriteUntilItWaits(PipeWriter writer)
    {
        byte[] bytes = SocketPair.Bytes(64 << 10, 9);
        for (int written = bytes.Length; written <= MostInKernel; written += bytes.Length)
        {
            Task<FlushResult> writing = writer.WriteAsync(bytes, TestContext.Current.CancellationToken).AsTask();
            if (!writing.IsCompleted)
            {
                return (writing, written);
            }
        }

        throw new InvalidOperationException($"The connection took {MostInKernel} bytes although nobody read.");
    }

    private static async Task WriteAsync(PipeWriter writer, ReadOnlyMemory<byte> bytes) =>
        await writer.WriteAsync(bytes, TestContext.Current.CancellationToken);

    private static async Task SendAsync(Socket socket, ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            bytes = bytes[await socket.SendAsync(bytes, TestContext.Current.CancellationToken)..];
        }
    }
}
