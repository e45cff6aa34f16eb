using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Actors.Silo.Networking;

/// <summary>A TCP connection of Orleans: what it writes is sent, what comes is there for it to read.</summary>
/// <remarks>
/// Ends when the peer closes, when the socket fails, by <see cref="Abort(ConnectionAbortedException)"/> or when Orleans completes its output. Then the socket
/// is closed, what
/// came before can still be read, the reader learns why if it was a failure, and <see cref="BaseConnectionContext.ConnectionClosed"/> is cancelled.
/// </remarks>
internal sealed class SocketConnection : DefaultConnectionContext
{
    /// <summary>Bytes that came and were not looked at, or are not sent yet, at which the sender or Orleans must wait; it goes on at half.</summary>
    /// <remarks>A message may be longer: Orleans looks at all that came of it.</remarks>
    public const int MostWaiting = 1 << 20;

    private const int LeastRoom = 16 << 10; // a block with less room left is not received into

    private readonly Socket socket;
    private readonly Pipe input, output;
    private readonly CancellationTokenSource closed = new();
    private readonly Task work;
    private Exception? ending; // why it ended

    /// <summary>Begins to send and receive.</summary>
    /// <param name="socket">Connected; becomes the connection's.</param>
    /// <param name="pool">Where its memory is from.</param>
    public SocketConnection(Socket socket, BlockPool pool)
        : base(Guid.NewGuid().ToString("N"))
    {
        this.socket = socket;
        SocketTransport.GiveUpSoon(socket);
        (LocalEndPoint, RemoteEndPoint) = (socket.LocalEndPoint, socket.RemoteEndPoint);
        ConnectionClosed = closed.Token;
        input = new Pipe(new PipeOptions(
            pool, PipeScheduler.ThreadPool, PipeScheduler.ThreadPool, MostWaiting, MostWaiting / 2, useSynchronizationContext: false));
        // Who writes begins to send, without a hop to another thread; what the socket doesn't take at once is sent by the loop.
        output = new Pipe(new PipeOptions(
            pool, PipeScheduler.Inline, PipeScheduler.ThreadPool, MostWaiting, MostWaiting / 2, useSynchronizationContext: false));
        Transport = new Duplex(input.Reader, output.Writer);
        using (ExecutionContext.SuppressFlow())
        {
            work = Task.WhenAll(Task.Run(ReceiveAsync), Task.Run(SendAsync));
        }
    }

    /// <inheritdoc/>
    public override void Abort(ConnectionAbortedException abortReason)
    {
        End(abortReason);
        output.Reader.CancelPendingRead();
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await Transport.Input.CompleteAsync();
        await Transport.Output.CompleteAsync();
        await work;
        closed.Dispose();
        await base.DisposeAsync();
    }

    private async Task ReceiveAsync()
    {
        Exception? failure = null;
        try
        {
            bool isEmpty = true;
            while (true)
            {
                if (isEmpty)
                {
                    await socket.ReceiveAsync(Memory<byte>.Empty); // waits, and has no block meanwhile
                }

                Memory<byte> room = input.Writer.GetMemory(LeastRoom);
                int read = await socket.ReceiveAsync(room);
                if (read == 0)
                {
                    break; // the peer closed
                }

                isEmpty = read < room.Length;
                input.Writer.Advance(read);
                FlushResult flushed = await input.Writer.FlushAsync();
                if (flushed.IsCompleted || flushed.IsCanceled)
                {
                    break;
                }
            }
        }
        catch (Exception exception)
        {
            failure = Named(exception); // goes to who reads
        }

        await input.Writer.CompleteAsync(Volatile.Read(ref ending) ?? failure);
        await closed.CancelAsync();
    }

    private async Task SendAsync()
    {
        Exception? failure = null;
        try
        {
            while (true)
            {
                ReadResult written = await output.Reader.ReadAsync();
                if (written.IsCanceled)
                {
                    break;
                }

                foreach (ReadOnlyMemory<byte> part in written.Buffer)
                {
                    for (int sent = 0; sent < part.Length;)
                    {
                        sent += await socket.SendAsync(part[sent..]);
                    }
                }

                output.Reader.AdvanceTo(written.Buffer.End);
                if (written.IsCompleted)
                {
                    break;
                }
            }
        }
        catch (Exception exception)
        {
            failure = Named(exception); // goes to who reads: he who writes learns that it is over
        }

        End(failure ?? new ConnectionAbortedException("The connection was closed by this side."));
        await output.Reader.CompleteAsync();
        input.Writer.CancelPendingFlush(); // the other loop may wait there
    }

    /// <summary>Closes the socket, which ends both loops; the first reason counts.</summary>
    private void End(Exception reason)
    {
        if (Interlocked.CompareExchange(ref ending, reason, null) is not null)
        {
            return;
        }

        try
        {
            socket.Shutdown(SocketShutdown.Both);
        }
        catch (SocketException)
        {
            // The peer was faster.
        }

        socket.Dispose();
    }

    private static Exception Named(Exception exception) => exception is SocketException { SocketErrorCode: SocketError.ConnectionReset or SocketError.Shutdown }
        ? new ConnectionResetException(exception.Message, exception)
        : exception;

    private sealed class Duplex(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input => input;

        public PipeWriter Output => output;
    }
}
