using System.Collections.Immutable;
using System.Text.Json;
using Actors.Contracts.Runs;
using Actors.Grains.Devices;
using Actors.Grains.Diagnostics;
using Actors.Grains.Runs;
using Actors.Grains.Workers;
using Actors.Learning.Checkpoints;
using Actors.Learning.Data;
using Actors.Learning.Devices;
using Actors.Learning.Training;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Concurrency;

namespace Actors.Grains.Placement;

/// <inheritdoc cref="ISiloGrain"/>
[PinnedPlacement, Reentrant, GrainType("silo")]
internal sealed class SiloGrain(
    ILocalSiloDetails silo,
    IServiceProvider services,
    Lanes lanes,
    BrokenDevices broken,
    DeviceUse use,
    DatasetCache datasets,
    TimeProvider time)
    : WorkerGrain(answers: 64), ISiloGrain // asked by many runs at once
{
    private const int MostMeasured = 256; // then it is measured anew: a silo may live for long and see many configurations

    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(30); // the run that was planned opens the same data next

    private readonly Lazy<MachineReport> machine = new(MachineReport.Here);
    private readonly SiloResources? resources = services.GetService<SiloResources>();
    private readonly Dictionary<string, ImmutableArray<ModuleCost>> measured = []; // by what was measured

    public Task PingAsync() => Task.CompletedTask;

    public Task<SiloOffer> OfferAsync(PlacementConfiguration placement, string? run)
    {
        ImmutableArray<string> devices = resources?.Devices
            ?? (placement.Devices.Length > 0 ? [.. placement.Devices.Distinct()] : [.. DeviceList.Offered(DeviceList.Present()).Select(device => $"{device}")]);
        return Task.FromResult(new SiloOffer
        {
            Silo = silo.SiloAddress.ToParsableString(),
            Host = HostMemory.Name,
            Devices =
            [
                .. devices.Where(name => !broken.Contains(name))
                    .Select(name => new DeviceOffer(name, use.FreeBytes(name, except: run), use.Seconds(name, except: run))),
            ],
            ThreadsPerDevice = resources?.ThreadsPerDevice,
            Labels = resources?.Labels,
            HostBytes = HostMemory.FreeBytes,
            Broken = [.. devices.Where(broken.Contains)],
        });
    }

    public Task<MachineReport> ReportAsync() => Task.FromResult(machine.Value);

    public Task<string?> LookAsync(FolderOwner taken) => Lane.Apart(() => RunLock.Fault(taken));

    public async Task<SiloReadiness> CheckAsync(RunConfiguration configuration, string[] devices, int[] shards)
    {
        Lane Of(string device) => lanes.Of(LearningOptions.Device(device), configuration.Placement.ThreadsPerDevice);
        var opened = new List<(int Shard, DatasetCache.Lease Lease)>();
        var faults = new List<string>();
        string?[] weights = [];
        try
        {
            foreach (int shard in shards)
            {
                try
                {
                    opened.Add((shard, await datasets.OpenAsync(LearningOptions.Dataset(configuration, shard))));
                }
                catch (DataException failure)
                {
                    faults.AddRange(failure.Faults);
                }
            }

            weights = await Lane.Apart(() => Weights(configuration));
            bool isMeasured = opened.Count == 0 || Array.TrueForAll(devices, device => measured.ContainsKey(What(device)));
            faults.AddRange(isMeasured ? [] : await Of(devices[0]).Run(() => Faults(configuration, opened[0].Lease.Dataset)));
            var costs = ImmutableArray.CreateBuilder<ModuleCost>();
            foreach (string device in faults.Count > 0 ? [] : devices)
            {
                costs.AddRange(await CostsAsync(Of(device), device));
            }

            return new SiloReadiness(
                [.. faults.Distinct()],
                [.. opened.Select(one => new ShardData(one.Shard, one.Lease.Dataset.Digest, one.Lease.Dataset.SharedDigest))],
                [.. weights],
                costs.ToImmutable());
        }
        catch (Exception failure) // whatever it is, the run's workers would meet it here
        {
            return new SiloReadiness([.. faults, TorchMessage.Of(failure)], [], [], []);
        }
        finally
        {
            _ = KeepAsync([.. opened.Select(one => one.Lease)]);
        }

        // What was measured, and so fits.
        string What(string device) => $"{JsonSerializer.Serialize(LearningOptions.Training(configuration))} {string.Join(' ', weights)} "
            + $"{opened[0].Lease.Dataset.Digest} {device} {configuration.Placement.ThreadsPerDevice}";

        async Task<ImmutableArray<ModuleCost>> CostsAsync(Lane lane, string device)
        {
            string what = What(device);
            if (!measured.TryGetValue(what, out ImmutableArray<ModuleCost> known))
            {
                DeviceName name = LearningOptions.Device(device);
                WorkerCost[] found = await MeasuredAsync(lane, opened[0].Lease.Dataset, opened[0].Shard, device, name);
                using (DeviceUse.Share probe = use.Hold(configuration.Name, device, found.Max(cost => cost.Bytes), 0))
                {
                    probe.Begin(); // libtorch keeps it
                }

                if (measured.Count == MostMeasured)
                {
                    measured.Clear();
                }

                measured[what] = known = [.. found.Select((cost, module) => new ModuleCost(module, device.Split(':')[0], cost.Bytes, cost.Seconds))];
            }

            return known;
        }

        async Task<WorkerCost[]> MeasuredAsync(Lane lane, IDataset data, int shard, string device, DeviceName name)
        {
            long? free = use.FreeBytes(device);
            try
            {
                return await lane.Run(() => WorkerProbe.Measure(data, LearningOptions.Training(configuration), shard, name, time));
            }
            catch (Exception failure)
            {
                if (await broken.BlamedAsync(device, run: "", failure) == device)
                {
                    use.RanOut(device, free); // or broke; then it is offered no more
                }

                throw;
            }
        }
    }

    private static string?[] Weights(RunConfiguration configuration)
    {
        try
        {
            return PretrainedWeights.Digests(LearningOptions.Training(configuration));
        }
        catch (CheckpointException)
        {
            return []; // the check of the weights names the file
        }
    }

    private static IEnumerable<string> Faults(RunConfiguration configuration, IDataset data)
    {
        string[] known = [.. data.Modalities.Select(modality => modality.Name)];
        return
        [
            .. configuration.Modalities.Where(modality => !known.Contains(modality.Name)).Select(modality =>
                $"modalities.{modality.Name} must be a modality of dataset {data.Name}, which has {string.Join(", ", known)}."),
            .. DataFit.Faults(data, LearningOptions.Training(configuration)).Select(fault => fault.Text),
        ];
    }

    private async Task KeepAsync(DatasetCache.Lease[] leases)
    {
        if (resources is not null)
        {
            await datasets.KeepAsync(leases, Kept, time);
        }
        else
        {
            Array.ForEach(leases, lease => lease.Dispose());
        }
    }
}
