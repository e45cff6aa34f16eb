using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Actors.Silo.Networking;
using Microsoft.AspNetCore.Connections;

namespace Actors.Silo.Tests.Networking;

/// <summary>A connection that was accepted on loopback, and the bare socket at its other end.</summary>
internal sealed class SocketPair : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private SocketPair(BlockPool pool, ConnectionContext connection, Socket peer) => (Pool, Connection, Peer) = (pool, connection, peer);

    public BlockPool Pool { get; }

    public ConnectionContext Connection { get; }

    public Socket Peer { get; }

    public static async Task<SocketPair> OpenAsync()
    {
        var pool = new BlockPool();
        await using var listener = new SocketListener(new IPEndPoint(IPAddress.Loopback, 0), pool, TimeProvider.System);
        var peer = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await peer.ConnectAsync(listener.EndPoint, TestContext.Current.CancellationToken);
        return new SocketPair(pool, (await listener.AcceptAsync(TestContext.Current.CancellationToken))!, peer);
    }

    /// <summary>Bytes that can be told from each other.</summary>
    public static byte[] Bytes(int count, int seed)
    {
        byte[] bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    /// <summary>Reads as Orleans does: looks at all there is until it is enough.</summary>
    public static async Task<byte[]> ReadAsync(PipeReader reader, int count)
    {
        while (true)
        {
            ReadResult read = await BoundedAsync("bytes to read", reader.ReadAsync(TestContext.Current.CancellationToken).AsTask());
            if (read.Buffer.Length >= count)
            {
                ReadOnlySequence<byte> wanted = read.Buffer.Slice(0, count);
                byte[] bytes = wanted.ToArray();
                reader.AdvanceTo(wanted.End);
                return bytes;
            }

            Assert.False(read.IsCompleted, $"The connection ended after {read.Buffer.Length} of {count} bytes.");
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    /// <summary>Reads from the bare socket.</summary>
    public async Task<byte[]> ReceiveAsync(int count)
    {
        byte[] bytes = new byte[count];
        for (int at = 0; at < count;)
        {
            int read = await BoundedAsync("bytes to receive", Peer.ReceiveAsync(bytes.AsMemory(at), TestContext.Current.CancellationToken).AsTask());
            Assert.True(read > 0, $"The connection ended after {at} of {count} bytes.");
            at += read;
        }

        return bytes;
    }

    /// <summary>Waits until a connection is over.</summary>
    public static Task ClosedAsync(ConnectionContext connection)
    {
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        connection.ConnectionClosed.Register(closed.SetResult);
        return BoundedAsync("the end of the connection", closed.Task);
    }

    /// <summary>Fails when something takes longer than anything should.</summary>
    public static async Task BoundedAsync(string what, Task task)
    {
        await Task.WhenAny(task, Task.Delay(Patience, TestContext.Current.CancellationToken));
        Assert.True(task.IsCompleted, $"Waited {Patience.TotalSeconds} s for {what}.");
        await task;
    }

    /// <inheritdoc cref="BoundedAsync(string, Task)"/>
    public static async Task<T> BoundedAsync<T>(string what, Task<T> task)
    {
        await BoundedAsync(what, (Task)task);
        return await task;
    }

    public async ValueTask DisposeAsync()
    {
        Peer.Dispose();
        await Connection.DisposeAsync();
    }
}
