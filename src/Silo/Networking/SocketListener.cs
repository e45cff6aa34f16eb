using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Actors.Silo.Networking;

/// <summary>Accepts TCP connections at one address.</summary>
internal sealed class SocketListener : IConnectionListener
{
    private const int MostBefore = 512; // connections that wait to be accepted

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    private readonly Socket socket;
    private readonly BlockPool pool;
    private readonly TimeProvider time;

    /// <summary>Begins to listen.</summary>
    /// <param name="endpoint">Port 0: a free one.</param>
    /// <param name="pool">Where the memory of the connections is from.</param>
    /// <param name="time">The clock.</param>
    public SocketListener(EndPoint endpoint, BlockPool pool, TimeProvider time)
    {
        (this.pool, this.time) = (pool, time);
        socket = SocketTransport.NewSocket(endpoint);
        try
        {
            // A restarted silo need not wait for its port (PortCheck finds one in use)
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            if (endpoint is IPEndPoint { Address: var address } && address.Equals(IPAddress.IPv6Any))
            {
                socket.DualMode = true;
            }

            socket.Bind(endpoint);
            socket.Listen(MostBefore);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        EndPoint = socket.LocalEndPoint!;
    }

    /// <inheritdoc/>
    public EndPoint EndPoint { get; }

    /// <summary>Waits for a connection.</summary>
    /// <returns>Null: it listens no more.</returns>
    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            try
            {
                Socket accepted = await socket.AcceptAsync(cancellationToken);
                accepted.NoDelay = true;
                return new SocketConnection(accepted, pool);
            }
            catch (ObjectDisposedException)
            {
                return null;
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.OperationAborted)
            {
                return null;
            }
            catch (SocketException)
            {
                await Task.Delay(Pause, time, cancellationToken); // the peer went before it was accepted, or too many files are open
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask UnbindAsync(CancellationToken cancellationToken = default) => DisposeAsync();

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        socket.Dispose();
        return ValueTask.CompletedTask;
    }
}
