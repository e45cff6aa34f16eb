using Actors.Grains.Workers;
using Actors.Silo.Networking;
using Actors.Silo.Settings;
using Orleans.Configuration;
using Orleans.Runtime.MembershipService.SiloMetadata;
using System.Net;

namespace Actors.Silo.Hosting;

/// <summary>Membership, storage and ports of a silo.</summary>
internal static class SiloClustering
{
    // One connection between two silos would make a large tensor hold up every small message behind it.
    private const int ConnectionsPerSilo = 4;

    /// <summary>Sets a silo up as it was told.</summary>
    public static void UseCluster(this ISiloBuilder silo, SiloSettings settings)
    {
        // One id for both: clusters of two ids in one Redis must not share their runs.
        silo.Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (settings.ClusterId, settings.ClusterId));
        silo.Configure<EndpointOptions>(options =>
        {
            options.AdvertisedIPAddress = settings.Address;
            options.SiloPort = settings.SiloPort;
            options.GatewayPort = settings.GatewayPort;
            options.SiloListeningEndpoint = new IPEndPoint(settings.ListeningAddress, settings.SiloPort);
            options.GatewayListeningEndpoint = new IPEndPoint(settings.ListeningAddress, settings.GatewayPort);
        });
        silo.UseSocketTransport();
        silo.Configure<ConnectionOptions>(options => options.ConnectionsPerEndpoint = ConnectionsPerSilo);
        silo.UseSiloMetadata(settings.ToMetadata());
#pragma warning disable ORLEANSEXP003 // on trial with its makers; the older one ends every grain whose entry was on the silo that was lost
        silo.AddDistributedGrainDirectory();
#pragma warning restore ORLEANSEXP003
        // A run need not wait until a dead silo's leases end: its folder and its record are fenced.
        silo.Configure<GrainDirectoryOptions>(options => options.RangeLeaseDuration = TimeSpan.Zero);
        if (settings.Cluster.IsRedis)
        {
            silo.UseRedisClustering(options => options.ConfigurationOptions = settings.Cluster.ToRedis());
            silo.AddRedisGrainStorageAsDefault(options => options.ConfigurationOptions = settings.Cluster.ToRedis());
            silo.Services.AddSingleton<RedisConnection>();
            silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(services => services.GetRequiredService<RedisConnection>());
            silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, JoinCheck>();
        }
        else
        {
            silo.UseDevelopmentClustering(new IPEndPoint(settings.Address, settings.SiloPort));
            silo.AddMemoryGrainStorageAsDefault();
        }

        if (settings.FastFailureDetection)
        {
            silo.Configure<ClusterMembershipOptions>(DetectFast);
            silo.Configure<WorkerCallOptions>(options => (options.Patience, options.Silence) = (TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(10)));
        }
    }

    private static void DetectFast(ClusterMembershipOptions options)
    {
        options.ProbeTimeout = TimeSpan.FromSeconds(1);
        options.NumMissedProbesLimit = 3; // a silo that starves for two seconds is not dead
        options.NumVotesForDeathDeclaration = 1;
        options.TableRefreshTimeout = TimeSpan.FromSeconds(5);
        options.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(5);
    }
}
