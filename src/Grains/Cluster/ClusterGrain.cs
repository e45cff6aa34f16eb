using System.Collections.Immutable;
using Actors.Contracts.Cluster;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Concurrency;
using Orleans.Runtime.MembershipService.SiloMetadata;

namespace Actors.Grains.Cluster;

/// <inheritdoc cref="IClusterGrain"/>
[StatelessWorker, GrainType("cluster")]
internal sealed class ClusterGrain(IServiceProvider services) : Grain, IClusterGrain
{
    // There only where the silo was built with metadata.
    private readonly ISiloMetadataCache? metadata = services.GetService<ISiloMetadataCache>();

    public async Task<ImmutableArray<SiloDescription>> SilosAsync()
    {
        MembershipEntry[] silos = await GrainFactory.GetGrain<IManagementGrain>(0).GetDetailedHosts();
        return [.. silos.OrderBy(silo => silo.StartTime).Select(Describe)];
    }

    private SiloDescription Describe(MembershipEntry silo) => new()
    {
        Address = silo.SiloAddress.Endpoint.ToString(),
        Name = silo.SiloName,
        Host = silo.HostName,
        GatewayPort = silo.ProxyPort,
        Status = silo.Status.ToString().ToLowerInvariant(),
        Started = new DateTimeOffset(DateTime.SpecifyKind(silo.StartTime, DateTimeKind.Utc)),
        Labels = metadata?.GetSiloMetadata(silo.SiloAddress).Metadata.ToImmutableSortedDictionary() ?? ImmutableSortedDictionary<string, string>.Empty,
    };
}
