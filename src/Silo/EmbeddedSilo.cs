using System.Net;
using System.Net.Sockets;
using Actors.Grains;
using Actors.Silo.Networking;
using Orleans.Configuration;

namespace Actors.Silo;

/// <summary>A silo inside another program: no server, no ports that clash, nothing kept but what runs write.</summary>
public static class EmbeddedSilo
{
    /// <summary>Builds the host; start it, and use its <see cref="IGrainFactory"/>.</summary>
    /// <param name="configure">Adds to the silo; null: nothing.</param>
    public static IHost Build(Action<ISiloBuilder>? configure = null)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.AddFilter(_ => false);
        builder.Services.AddSingleton<IHostLifetime, GuestLifetime>();
        builder.UseOrleans(silo =>
        {
            (int siloPort, int gatewayPort) = FreePorts();
            silo.UseLocalhostClustering(siloPort, gatewayPort, serviceId: "actors", clusterId: $"embedded-{Environment.ProcessId}-{siloPort}");
            silo.Configure<EndpointOptions>(options =>
            {
                options.SiloListeningEndpoint = new IPEndPoint(IPAddress.Loopback, siloPort);
                options.GatewayListeningEndpoint = new IPEndPoint(IPAddress.Loopback, gatewayPort);
            });
            silo.UseSocketTransport();
            silo.AddMemoryGrainStorageAsDefault();
            silo.Services.AddGrains();
            configure?.Invoke(silo);
        });
        return builder.Build();
    }

    private static (int Silo, int Gateway) FreePorts()
    {
        using TcpListener silo = Listener(), gateway = Listener(); // both held: one that is free again may be given twice
        return (((IPEndPoint)silo.LocalEndpoint).Port, ((IPEndPoint)gateway.LocalEndpoint).Port);
    }

    private static TcpListener Listener()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return listener;
    }
}
