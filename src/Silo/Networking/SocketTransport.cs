using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Actors.Silo.Networking;

/// <summary>
/// How the messages of Orleans travel over TCP here: as with its own transport, but in blocks of <see cref="BlockPool.BlockBytes"/> instead of 4 KiB.
/// </summary>
/// <remarks>
/// A chunk of a tensor then takes a few system calls instead of hundreds, and is not copied before it is sent (benchmarks/results/transfer.md).
/// </remarks>
internal static class SocketTransport
{
    private static readonly TimeSpan MostUnanswered = TimeSpan.FromSeconds(15);

    /// <summary>Puts it in the place of Orleans' own, for connections from and to silos and clients.</summary>
    /// <exception cref="InvalidOperationException">This version of Orleans has no transport to replace.</exception>
    public static void UseSocketTransport(this ISiloBuilder silo)
    {
        silo.Services.TryAddSingleton<BlockPool>();
        // The keys are objects of Orleans that nobody else can name.
        if (!Replace<IConnectionFactory, SocketConnector>(silo.Services) | !Replace<IConnectionListenerFactory, SocketListenerFactory>(silo.Services))
        {
            throw new InvalidOperationException(
                "A silo must have transports registered by key, which this version of Orleans has not. "
                + "See how it registers IConnectionFactory, and change src/Silo/Networking.");
        }
    }

    /// <summary>A TCP socket that holds no bytes back, and at the end does not wait for a peer that may be gone.</summary>
    public static Socket NewSocket(EndPoint endpoint) =>
        new(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, LingerState = new LingerOption(true, 0) };

    /// <summary>
    /// Has a connected socket fail when nothing of what it sends gets through for a while, instead of trying more and more seldom for a quarter of an hour,
    /// also when the link is back.
    /// </summary>
    public static void GiveUpSoon(Socket socket)
    {
        if (OperatingSystem.IsLinux())
        {
            const int Tcp = 6, UserTimeout = 18; // TCP_USER_TIMEOUT
            socket.SetRawSocketOption(Tcp, UserTimeout, BitConverter.GetBytes((int)MostUnanswered.TotalMilliseconds));
        }
    }

    private static bool Replace<TService, TImplementation>(IServiceCollection services)
        where TService : class
        where TImplementation : class, TService
    {
        ServiceDescriptor[] own = [.. services.Where(service => service.ServiceType == typeof(TService) && service.IsKeyedService)];
        foreach (ServiceDescriptor service in own)
        {
            services.Remove(service);
            services.AddKeyedSingleton<TService, TImplementation>(service.ServiceKey);
        }

        return own.Length > 0;
    }
}
