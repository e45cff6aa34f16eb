using System.Net;
using Actors.Grains.Tensors;
using Actors.Silo;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;

namespace Actors.Grains.Tests;

/// <summary>Two real silos in this process that reach each other over TCP alone.</summary>
public sealed class TwoSilosFixture : IAsyncLifetime
{
    private readonly List<IHost> hosts = [];

    /// <summary>How tensors move; null: as shipped.</summary>
    public Action<TensorTransferOptions>? Transfer { get; init; }

    /// <summary>What else both silos are made of.</summary>
    public Action<ISiloBuilder>? Configure { get; init; }

    public IServiceProvider First => hosts[0].Services;

    public IServiceProvider Second => hosts[1].Services;

    public SiloAddress SecondAddress => Address(Second);

    public async ValueTask InitializeAsync()
    {
        await StartAsync(null);
        await StartSecondAsync();
    }

    /// <summary>Has the second silo end as one that is told to, once what must move has.</summary>
    public async Task StopSecondAsync()
    {
        await hosts[1].StopAsync();
        hosts[1].Dispose();
        hosts.RemoveAt(1);
    }

    /// <summary>Starts a silo in place of the second.</summary>
    public Task StartSecondAsync() => StartAsync(Address(First).Endpoint);

    public async ValueTask DisposeAsync()
    {
        foreach (IHost host in Enumerable.Reverse(hosts))
        {
            await host.StopAsync();
            host.Dispose();
        }
    }

    private static SiloAddress Address(IServiceProvider silo) => silo.GetRequiredService<ILocalSiloDetails>().SiloAddress;

    private async Task StartAsync(IPEndPoint? primary)
    {
        IHost host = EmbeddedSilo.Build(silo =>
        {
            silo.Configure<ClusterOptions>(options => options.ClusterId = $"two-silos-{Environment.ProcessId}-{GetHashCode()}");
            if (primary is not null)
            {
                silo.UseDevelopmentClustering(primary);
            }

            Configure?.Invoke(silo);
            if (Transfer is { } transfer)
            {
                silo.Services.Configure(transfer);
            }
        });
        hosts.Add(host);
        await host.StartAsync();
    }
}
