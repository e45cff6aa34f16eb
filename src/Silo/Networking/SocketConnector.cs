using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Actors.Silo.Networking;

/// <summary>Connects to other silos.</summary>
internal sealed class SocketConnector(BlockPool pool) : IConnectionFactory
{
    /// <inheritdoc/>
    /// <exception cref="SocketException">Nobody listens there, or it cannot be reached.</exception>
    public async ValueTask<ConnectionContext> ConnectAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        Socket socket = SocketTransport.NewSocket(endpoint);
        try
        {
            await socket.ConnectAsync(endpoint, cancellationToken);
            return new SocketConnection(socket, pool);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
