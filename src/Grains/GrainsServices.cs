using Actors.Grains.Devices;
using Actors.Grains.Diagnostics;
using Actors.Grains.Faults;
using Actors.Grains.Placement;
using Actors.Grains.Runs;
using Actors.Grains.Tensors;
using Actors.Grains.Workers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Configuration;
using Orleans.Runtime.Hosting;
using Orleans.Serialization;
using Orleans.Storage;

namespace Actors.Grains;

/// <summary>What the grains need of their silo.</summary>
public static class GrainsServices
{
    /// <summary>Name of the meter of all that a silo measures, for whoever exports it.</summary>
    public const string MeterName = ActorsMeter.Name;

    private static readonly TimeSpan LongestCall = TimeSpan.FromDays(2);

    /// <summary>Adds lanes, datasets, the way tensors take, the meter and the clock.</summary>
    public static IServiceCollection AddGrains(this IServiceCollection services)
    {
        services.AddOwnExceptions();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<Lanes>();
        services.AddSingleton<DatasetCache>();
        services.AddMetrics();
        services.AddSingleton<ActorsMeter>();
        services.AddSingleton<DeviceUse>();
        services.AddSingleton<BrokenDevices>();
        services.AddSingleton<FaultPoints>();
        services.AddSingleton<SiloDepartures>();
        services.AddSingleton<SiloEnd>();
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(provider => provider.GetRequiredService<SiloEnd>());
        services.AddSingleton<WorkerCalls>();
        services.AddSingleton<GenerationWatch>();
        // Orleans' own choice, JSON, writes immutable dictionaries that it cannot read.
        services.AddSingleton<IGrainStorageSerializer, OrleansGrainStorageSerializer>();
        services.Configure<SiloMessagingOptions>(options => // a round may take hours, and repeats of its order wait behind it
            (options.MaxRequestProcessingTime, options.RequestProcessingWarningTime) = (LongestCall, LongestCall));
        services.AddOptions<WorkerCallOptions>()
            .Validate(options => options.Patience > TimeSpan.Zero && options.Silence > TimeSpan.Zero, "Calls to workers must be waited for, for some time.")
            .ValidateOnStart();
        services.AddPlacementDirector<PinnedPlacement, PinnedPlacementDirector>();
        services.AddGrainDirectory(PinnedDirectory.Name, (_, _) => new PinnedDirectory());
        services.AddSingleton<TensorShelf>();
        services.AddSingleton<TensorArrivals>();
        services.AddSingleton<TensorTransfer>();
        services.AddGrainService<TensorSource>();
        services.AddOptions<TensorTransferOptions>().Validate(
            options => options is { ChunkBytes: >= 64 and <= 16 << 20, ChunksInFlight: >= 1 } && options.KeptFor > TimeSpan.Zero,
            "Tensors must move in chunks of 64 bytes to 16 MiB, at least one under way, and answers be kept for some time.").ValidateOnStart();
        return services;
    }

    /// <summary>Lets the exceptions of these assemblies cross to another silo, or to a client, as what they are; both ends must have it.</summary>
    public static IServiceCollection AddOwnExceptions(this IServiceCollection services) =>
        services.Configure<ExceptionSerializationOptions>(options => options.SupportedNamespacePrefixes.Add("Actors."));

    /// <summary>Adds what tells of the machine's GPUs.</summary>
    public static IServiceCollection AddGpuMetrics(this IServiceCollection services) => services.AddHostedService<NvidiaSmi>();

    /// <summary>
    /// Adds what takes up the cluster's runs after a loss, frees what was in messages that nobody got, and moves runs before this silo ends. Not for a silo
    /// whose runs end with it.
    /// </summary>
    public static IServiceCollection AddRunKeeper(this IServiceCollection services) => services.AddHostedService<RunKeeper>().AddHostedService<TensorSweep>();
}
