using Actors.Grains.Devices;
using Actors.Grains.Diagnostics;
using Actors.Grains.Placement;
using Actors.Grains.Workers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Actors.Grains;

/// <summary>What the grains need of their silo.</summary>
public static class GrainsServices
{
    /// <summary>Adds lanes, datasets, the meter and the clock.</summary>
    public static IServiceCollection AddGrains(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<Lanes>();
        services.AddSingleton<DatasetCache>();
        services.AddMetrics();
        services.AddSingleton<ActorsMeter>();
        services.AddPlacementDirector<PinnedPlacement, PinnedPlacementDirector>();
        return services;
    }

    /// <summary>Adds what tells of the machine's GPUs.</summary>
    public static IServiceCollection AddGpuMetrics(this IServiceCollection services) => services.AddHostedService<NvidiaSmi>();
}
