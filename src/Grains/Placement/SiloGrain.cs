using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Actors.Contracts.Runs;
using Actors.Grains.Devices;
using Actors.Grains.Runs;
using Actors.Grains.Workers;
using Actors.Learning.Data;
using Actors.Learning.Devices;
using Actors.Learning.Training;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Concurrency;

namespace Actors.Grains.Placement;

/// <inheritdoc cref="ISiloGrain"/>
[PinnedPlacement, Reentrant, GrainType("silo")]
internal sealed class SiloGrain(ILocalSiloDetails silo, IServiceProvider services, Lanes lanes, DatasetCache datasets, TimeProvider time) : Grain, ISiloGrain
{
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(30); // the run that was planned opens the same data next

    private readonly SiloResources? resources = services.GetService<SiloResources>();
    private readonly Dictionary<string, ImmutableArray<ModuleCost>> measured = []; // by what was measured

    public Task<SiloOffer> OfferAsync(PlacementConfiguration placement)
    {
        ImmutableArray<string> devices = resources?.Devices ?? (placement.Devices.Length > 0 ? [.. placement.Devices.Distinct()] : [$"{DeviceName.Cpu}"]);
        return Task.FromResult(new SiloOffer
        {
            Silo = silo.SiloAddress.ToParsableString(),
            Host = Environment.MachineName,
            Devices = [.. devices.Select(name => new DeviceOffer(name, null))],
            ThreadsPerDevice = resources?.ThreadsPerDevice,
            Labels = resources?.Labels,
            HostBytes = FreeMemory(),
        });
    }

    public async Task<SiloReadiness> CheckAsync(RunConfiguration configuration, string[] devices)
    {
        Lane Of(string device) => lanes.Of(LearningOptions.Device(device), configuration.Placement.ThreadsPerDevice);
        DatasetCache.Lease? lease = null;
        try
        {
            lease = await Of(devices[0]).Run(() => datasets.Open(LearningOptions.Dataset(configuration.Data)));
            IDataset data = lease.Dataset;
            ImmutableArray<string> faults = Faults(configuration, data);
            if (faults.Length > 0)
            {
                return new SiloReadiness(faults, data.Digest, []);
            }

            TrainingOptions options = LearningOptions.Training(configuration);
            var costs = ImmutableArray.CreateBuilder<ModuleCost>();
            foreach (string device in devices)
            {
                string what = $"{JsonSerializer.Serialize(options)} {data.Digest} {device} {configuration.Placement.ThreadsPerDevice}";
                if (!measured.TryGetValue(what, out ImmutableArray<ModuleCost> known))
                {
                    DeviceName name = LearningOptions.Device(device);
                    WorkerCost[] found = await Of(device).Run(() => WorkerProbe.Measure(data, options, name, time));
                    measured[what] = known = [.. found.Select((cost, module) => new ModuleCost(module, device.Split(':')[0], cost.Bytes, cost.Seconds))];
                }

                costs.AddRange(known);
            }

            return new SiloReadiness([], data.Digest, costs.ToImmutable());
        }
        catch (DataException failure)
        {
            return new SiloReadiness([.. failure.Faults], null, []);
        }
        catch (Exception failure) // whatever it is, the run's workers would meet it here
        {
            return new SiloReadiness([failure.Message], lease?.Dataset.Digest, []);
        }
        finally
        {
            if (lease is not null)
            {
                _ = KeepAsync(lease);
            }
        }
    }
    private static ImmutableArray<string> Faults(RunConfiguration configuration, IDataset data)
    {
        string[] known = [.. data.Modalities.Select(modality => modality.Name)];
        int samples = data.Samples(Split.Train).Count, shards = configuration.Training.Shards, batch = configuration.Training.BatchSize;
        var faults = ImmutableArray.CreateBuilder<string>();
        faults.AddRange(configuration.Modalities.Where(modality => !known.Contains(modality.Name)).Select(modality =>
            $"modalities.{modality.Name} must be a modality of dataset {data.Name}, which has {string.Join(", ", known)}."));
        if (batch > samples / shards)
        {
            faults.Add($"training.batch_size must be at most the smallest shard, {samples / shards} samples ({samples} in {shards} shards), but is {batch}.");
        }

        return faults.ToImmutable();
    }

    /// <summary>Bytes that the machine has free, or the process's own limit where that is less.</summary>
    private static long FreeMemory()
    {
        string line = File.ReadLines("/proc/meminfo").First(text => text.StartsWith("MemAvailable:", StringComparison.Ordinal));
        long kibibytes = long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        return Math.Min(kibibytes * 1024, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
    }

    private async Task KeepAsync(DatasetCache.Lease lease)
    {
        await (resources is null ? Task.CompletedTask : Task.Delay(Kept, time));
        lease.Dispose();
    }
}
