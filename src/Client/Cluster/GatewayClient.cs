using System.Net;
using Actors.Grains;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;

namespace Actors.Client.Cluster;

/// <summary>A client that comes into a cluster through one gateway and no other.</summary>
/// <remarks>Orleans' own choice among several binds each grain to one of them, and goes on asking one that hangs.</remarks>
internal sealed class GatewayClient : IAsyncDisposable
{
    private static readonly TimeSpan Refused = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);

    private readonly IHost host;
    private readonly TimeProvider time;

    private GatewayClient(IHost host, IPEndPoint gateway, TimeProvider time) => (this.host, Gateway, this.time) = (host, gateway, time);

    /// <summary>The gateway.</summary>
    public IPEndPoint Gateway { get; }

    /// <summary>Grains as they are reached through the gateway.</summary>
    public IGrainFactory Grains => host.Services.GetRequiredService<IGrainFactory>();

    /// <summary>Connects.</summary>
    /// <param name="gateway">The gateway.</param>
    /// <param name="id">Id of the cluster.</param>
    /// <param name="time">The clock.</param>
    /// <param name="refused">Called each time the gateway refuses; it is tried again for 5 s.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<GatewayClient> StartAsync(
        IPEndPoint gateway, string id, TimeProvider time, Action refused, CancellationToken cancellation)
    {
        IHost host = Build(gateway, id, time, refused);
        try
        {
            await host.StartAsync(cancellation).WaitAsync(cancellation);
            return new GatewayClient(host, gateway, time);
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        // Not graceful for long: a command that is done must not wait for a gateway that has gone.
        using var bound = new CancellationTokenSource(Farewell, time);
        try
        {
            await host.StopAsync(bound.Token);
        }
        catch (OperationCanceledException)
        {
            // The gateway has gone.
        }

        host.Dispose();
    }

    private static IHost Build(IPEndPoint gateway, string id, TimeProvider time, Action refused)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.AddFilter(_ => false);
        builder.Services.AddSingleton<IHostLifetime, GuestLifetime>();
        long started = time.GetTimestamp();
        builder.UseOrleansClient(client =>
        {
            client.UseStaticClustering(gateway);
            client.Services.AddOwnExceptions();
            client.Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (id, id));
            client.Configure<GatewayOptions>(options => options.GatewayListRefreshPeriod = TimeSpan.FromSeconds(3)); // a gateway that is back is found soon
            client.Configure<ClientMessagingOptions>(options => options.ResponseTimeout = TimeSpan.FromSeconds(15));
            client.UseConnectionRetryFilter(async (_, cancellation) =>
            {
                refused();
                await Task.Delay(Pause, time, cancellation);
                return time.GetElapsedTime(started) < Refused;
            });
        });
        return builder.Build();
    }
}
