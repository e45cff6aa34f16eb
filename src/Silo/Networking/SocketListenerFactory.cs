using System.Net;
using Microsoft.AspNetCore.Connections;

namespace Actors.Silo.Networking;

/// <summary>Listens for other silos and for clients.</summary>
internal sealed class SocketListenerFactory(BlockPool pool, TimeProvider time) : IConnectionListenerFactory
{
    /// <inheritdoc/>
    /// <exception cref="System.Net.Sockets.SocketException">The address is not one of this host.</exception>
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        new(new SocketListener(endpoint, pool, time));
}
