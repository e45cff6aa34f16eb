using System.Collections.Immutable;
using System.Globalization;
using Actors.Contracts.Runs;
using Actors.Grains.Runs;

namespace Actors.Grains.Placement;

/// <summary>Puts the workers of a run on the devices of silos. A pure function: the same offers, in whatever order, give the same plan.</summary>
/// <remarks>
/// Shard by shard: its encoders go to devices of its site, each to another while there are enough, the costliest first to the least loaded, and a shard stays
/// within one silo
/// where that leaves the busiest device no busier. The fusion joins one of its encoders: a shard's fusion and its encoders never compute at the same time.
/// </remarks>
internal sealed class PlacementPlanner
{
    private readonly PlacementConfiguration placement;
    private readonly int moduleCount; // M encoders, then the fusion
    private readonly DeviceSeat[] seats;
    private readonly Dictionary<string, long> free = []; // by pool
    private readonly List<string> faults = [];

    private PlacementPlanner(
        PlacementConfiguration placement, int modalityCount, IReadOnlyList<SiloOffer> silos, IReadOnlyDictionary<string, ImmutableArray<ModuleCost>> costs)
    {
        this.placement = placement;
        moduleCount = modalityCount + 1;
        seats =
        [
            .. silos.OrderBy(silo => silo.Address, StringComparer.Ordinal).ThenBy(silo => silo.Silo, StringComparer.Ordinal)
                .SelectMany(silo => Usable(silo, placement).Select(device => new DeviceSeat(silo, device, Of(silo, device)))),
        ];
        foreach (DeviceSeat seat in seats.Where(seat => seat.Pool is not null))
        {
            free[seat.Pool!] = seat.Device.Bytes ?? seat.Silo.HostBytes;
        }

        ImmutableArray<ModuleCost> Of(SiloOffer silo, DeviceOffer device) =>
            [.. costs.GetValueOrDefault(silo.Silo, []).Where(cost => cost.Kind == device.Kind).OrderBy(cost => cost.Module)];
    }

    /// <summary>The devices of a silo that a run may use.</summary>
    public static IEnumerable<DeviceOffer> Usable(SiloOffer silo, PlacementConfiguration placement) =>
        silo.Devices.Where(device => placement.Devices.Length == 0 || placement.Devices.Contains(device.Name));

    /// <summary>Plans.</summary>
    /// <param name="configuration">The run.</param>
    /// <param name="silos">The silos that may be used; each shard's site has one with a usable device.</param>
    /// <param name="costs">What each module costs, by silo; where nothing was measured, all cost the same.</param>
    /// <returns>The places, by shard: encoders, then fusion; or what does not fit, a sentence each.</returns>
    public static (ImmutableArray<WorkerPlace> Workers, IReadOnlyList<string> Faults) Plan(
        RunConfiguration configuration, IReadOnlyList<SiloOffer> silos, IReadOnlyDictionary<string, ImmutableArray<ModuleCost>> costs)
    {
        string[] modalities = Modalities(configuration);
        return new PlacementPlanner(configuration.Placement, modalities.Length, silos, costs)
            .Plan(Enumerable.Range(0, configuration.Training.Shards), modalities);
    }

    /// <summary>Plans one shard beside others, which stay where they are.</summary>
    /// <param name="configuration">The run.</param>
    /// <param name="shard">Index d.</param>
    /// <param name="standing">Workers of other shards: their devices have their load, and of their memory their bytes are still to be taken.</param>
    /// <param name="silos">The silos that may be used; the shard's site has one with a usable device.</param>
    /// <param name="costs">What each module costs, by silo; where nothing was measured, all cost the same.</param>
    /// <returns>The places of its encoders, then of its fusion; or what does not fit, a sentence each.</returns>
    public static (ImmutableArray<WorkerPlace> Workers, IReadOnlyList<string> Faults) PlanShard(
        RunConfiguration configuration,
        int shard,
        IReadOnlyList<WorkerPlace> standing,
        IReadOnlyList<SiloOffer> silos,
        IReadOnlyDictionary<string, ImmutableArray<ModuleCost>> costs)
    {
        string[] modalities = Modalities(configuration);
        var planner = new PlacementPlanner(configuration.Placement, modalities.Length, silos, costs);
        foreach (WorkerPlace place in standing)
        {
            planner.Stand(place, place.Modality is { } modality ? Array.IndexOf(modalities, modality) : modalities.Length);
        }

        return planner.Plan([shard], modalities);
    }

    private static string[] Modalities(RunConfiguration configuration) =>
        [.. LearningOptions.Training(configuration).Modalities.Select(modality => modality.Name)];

    private (ImmutableArray<WorkerPlace> Workers, IReadOnlyList<string> Faults) Plan(IEnumerable<int> shards, string[] modalities)
    {
        var workers = ImmutableArray.CreateBuilder<WorkerPlace>();
        foreach (int shard in shards)
        {
            DeviceSeat[] taken = Place(shard);
            workers.AddRange(taken.Select((seat, module) => new WorkerPlace
            {
                Shard = shard,
                Modality = module == modalities.Length ? null : modalities[module],
                Silo = seat.Silo.Silo,
                Device = seat.Device.Name,
                Bytes = seat.Bytes(module),
                Seconds = seat.Measured(module),
            }));
        }

        return faults.Count > 0 ? ([], faults) : (workers.ToImmutable(), []);
    }

    /// <summary>Counts a worker that stays where it is; on a silo that may not be used it counts for nothing.</summary>
    private void Stand(WorkerPlace place, int module)
    {
        if (Array.Find(seats, seat => seat.Silo.Silo == place.Silo && seat.Device.Name == place.Device) is { } seat)
        {
            seat.Load += seat.Seconds(module);
            if (seat.Pool is { } pool)
            {
                free[pool] -= place.Bytes;
            }
        }
    }

    /// <summary>Places one shard; returns the seat of each module.</summary>
    private DeviceSeat[] Place(int shard)
    {
        string? site = placement.Sites.Length == 0 ? null : placement.Sites[shard];
        DeviceSeat[] allowed = [.. seats.Where(seat => seat.Silo.IsOf(site))];
        Trial best = allowed.Select(seat => seat.Silo.Silo).Distinct().Select(home => Try(home, allowed))
            .MinBy(trial => (trial.Missing, trial.Busiest, trial.Crossings))!;
        for (int module = 0; module < moduleCount; module++)
        {
            best.Seats[module].Load += best.Seats[module].Seconds(module);
            if (best.Seats[module].Pool is { } pool)
            {
                free[pool] -= best.Seats[module].Bytes(module);
            }
        }

        if (best.Missing > 0)
        {
            long need = Enumerable.Range(0, moduleCount).Sum(module => best.Seats[module].Bytes(module));
            string at = site is null ? "the silos" : $"the silos of {site}";
            faults.Add(
                $"Shard {shard} needs {Text(need)} of memory, and {Text(best.Missing)} of it are free on no device of {at} beside the other shards. "
                + "Lower training.batch_size, use fewer shards, or add a device.");
        }

        return best.Seats;
    }

    /// <summary>Places a shard as if its home were a silo.</summary>
    private Trial Try(string home, DeviceSeat[] allowed)
    {
        int fusion = moduleCount - 1;
        var taken = new DeviceSeat[moduleCount];
        var used = new HashSet<DeviceSeat>();
        var planned = new Dictionary<string, long>();
        long missing = 0;
        int[] order = [.. Enumerable.Range(0, fusion).OrderByDescending(module => allowed.Average(seat => seat.Seconds(module))), fusion];
        foreach (int module in order)
        {
            DeviceSeat seat = allowed.MinBy(one => (
                Fits(one) ? 0 : 1,
                module == fusion != used.Contains(one) ? 1 : 0, // another device for each encoder, one of theirs for the fusion
                one.Silo.Silo == home ? 0 : 1,
                one.Load + one.Seconds(module)))!;
            if (!Fits(seat))
            {
                missing += seat.Bytes(module);
            }

            if (seat.Pool is { } pool)
            {
                planned[pool] = planned.GetValueOrDefault(pool) + seat.Bytes(module);
            }

            taken[module] = seat;
            if (module != fusion)
            {
                used.Add(seat);
            }

            bool Fits(DeviceSeat one) => one.Pool is not { } from || free[from] - planned.GetValueOrDefault(from) >= one.Bytes(module);
        }

        double busiest = used.Max(seat => seat.Load + Enumerable.Range(0, moduleCount).Where(module => taken[module] == seat).Sum(seat.Seconds));
        return new Trial(taken, missing, busiest, taken.Count(seat => seat.Silo.Silo != taken[fusion].Silo.Silo));
    }

    private static string Text(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(bytes / 1e6):N0} MB");

    private sealed record Trial(DeviceSeat[] Seats, long Missing, double Busiest, int Crossings);
}
