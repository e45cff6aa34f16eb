using System.Collections.Immutable;
using Actors.Contracts.Runs;
using Actors.Grains.Placement;
using FsCheck;
using FsCheck.Fluent;

namespace Actors.Grains.Tests.Placement;

public class PlacementPlannerTests
{
    private const long Plenty = 1L << 40;

    [Fact]
    public void Plan_AnyCluster_PlacesEveryWorkerOnceOnADeviceThatItsSiloOffers() => ForAll(c =>
    {
        ImmutableArray<WorkerPlace> plan = Plan(c);
        (int, string?)[] expected = [.. Enumerable.Range(0, c.Run.Training.Shards)
            .SelectMany(shard => c.Run.Modalities.Select(m => (shard, (string?)m.Name)).Append((shard, null)))];
        return expected.SequenceEqual(plan.Select(place => (place.Shard, place.Modality)))
            && plan.All(place => c.Silos.Single(silo => silo.Silo == place.Silo).Devices.Any(device => device.Name == place.Device));
    });

    [Fact]
    public void Plan_EnoughDevices_GivesEachEncoderOfAShardItsOwn() => ForAll(c =>
        Plan(c).Where(place => place.Modality is not null).GroupBy(place => place.Shard).All(shard =>
        {
            int there = c.Silos.Where(silo => silo.IsOf(Site(c, shard.Key))).Sum(silo => silo.Devices.Length);
            return shard.Select(Device).Distinct().Count() == Math.Min(there, c.Run.Modalities.Length);
        }));

    [Fact]
    public void Plan_ShardHasASite_NeverLeavesItsSilos() =>
        ForAll(c => Plan(c).All(place => c.Silos.Single(silo => silo.Silo == place.Silo).IsOf(Site(c, place.Shard))));

    [Fact]
    public void Plan_SilosInAnotherOrder_IsTheSame() =>
        ForAll(c => Plan(c).SequenceEqual(Plan(c with { Silos = [.. c.Silos.Reverse()] })));

    [Fact]
    public void Plan_Fusion_SharesADeviceWithOneOfItsEncoders() =>
        ForAll(c => Plan(c).GroupBy(place => place.Shard).All(shard => shard.SkipLast(1).Select(Device).Contains(Device(shard.Last()))));

    [Fact]
    public void Plan_NoSites_LoadsDevicesAlikeButForTwoWorkers() => ForAll(c =>
    {
        PlanCase anywhere = c with { Run = c.Run with { Placement = c.Run.Placement with { Sites = [] } } };
        ImmutableArray<WorkerPlace> plan = Plan(anywhere);
        double[] loads = [.. c.Silos.SelectMany(silo => silo.Devices.Select(device => (silo.Silo, device.Name)))
            .Select(device => plan.Where(place => Device(place) == device).Sum(place => place.Seconds!.Value))];
        // Devices take whole workers, an encoder may have its shard's fusion beside it, and a shard does not take one device twice while it has others.
        return c.Run.Modalities.Length > loads.Length || loads.Max() - loads.Min() <= 2 * plan.Max(place => place.Seconds!.Value) + 1e-9;
    });

    [Fact]
    public void Plan_LittleMemory_IsKeptWithinOrRefused() => ForAll(c =>
    {
        PlanCase tight = c with { Silos = [.. c.Silos.Select(silo => silo with { HostBytes = 40_000_000 })] };
        (ImmutableArray<WorkerPlace> plan, IReadOnlyList<string> faults) = PlacementPlanner.Plan(tight.Run, tight.Silos, tight.Costs);
        return faults.Count > 0
            ? plan.IsEmpty && faults.All(fault => fault.Contains("of memory", StringComparison.Ordinal))
            : plan.GroupBy(place => tight.Silos.Single(silo => silo.Silo == place.Silo).Host).All(host => host.Sum(place => place.Bytes) <= 40_000_000);
    });

    [Fact]
    public void Plan_SlowDevices_GetLess()
    {
        RunConfiguration run = TestRun.Configuration(modalities: 1, shards: 6);
        SiloOffer fast = Silo(1, 1, null), slow = Silo(2, 1, null);
        var costs = new Dictionary<string, ImmutableArray<ModuleCost>>
        {
            [fast.Silo] = [new(0, "cpu", 1, 1), new(1, "cpu", 1, 0)],
            [slow.Silo] = [new(0, "cpu", 1, 2), new(1, "cpu", 1, 0)],
        };
        run = run with { Placement = run.Placement with { Devices = [] } };
        ImmutableArray<WorkerPlace> plan = PlacementPlanner.Plan(run, [fast, slow], costs).Workers;
        Assert.Equal((4, 2), (plan.Count(p => p.Silo == fast.Silo && p.Modality is not null), plan.Count(p => p.Silo == slow.Silo && p.Modality is not null)));
    }

    [Fact]
    public void Plan_OneSiloHasRoomForAShard_KeepsItTogether()
    {
        RunConfiguration run = TestRun.Configuration(modalities: 2, shards: 3);
        SiloOffer[] silos = [Silo(1, 1, null), Silo(2, 2, null), Silo(3, 2, null), Silo(4, 2, null)];
        ImmutableArray<WorkerPlace> plan = PlacementPlanner.Plan(
            run with { Placement = run.Placement with { Devices = [] } }, silos, new Dictionary<string, ImmutableArray<ModuleCost>>()).Workers;
        Assert.All(plan.GroupBy(place => place.Shard), shard => Assert.Single(shard.Select(place => place.Silo).Distinct()));
        Assert.Equal(3, plan.Select(place => place.Silo).Distinct().Count());
    }

    [Fact]
    public void Plan_AnotherRunComputesOnSomeDevices_TakesTheIdleOnes()
    {
        PlanCase c = OfFourDevices(0.3, 0, 0.3, 0);
        Assert.Equal(["cpu:1", "cpu:3"], Plan(c).Select(place => place.Device).Distinct());
    }

    [Fact]
    public void Plan_OthersComputeOnAllDevicesAlike_IsAsOnIdleOnes() =>
        Assert.Equal(Plan(OfFourDevices(0, 0, 0, 0)), Plan(OfFourDevices(0.5, 0.5, 0.5, 0.5)));

    [Fact]
    public void Plan_AnotherRunComputesOnTheFasterSilo_TakesTheOtherOnceThatIsLessBusy()
    {
        RunConfiguration run = TestRun.Configuration(modalities: 1);
        run = run with { Placement = run.Placement with { Devices = [] } };
        SiloOffer fast = Silo(1, 1, null), slow = Silo(2, 1, null);
        var costs = new Dictionary<string, ImmutableArray<ModuleCost>>
        {
            [fast.Silo] = [new(0, "cpu", 1, 2), new(1, "cpu", 1, 1)],
            [slow.Silo] = [new(0, "cpu", 1, 4), new(1, "cpu", 1, 2)],
        };
        string TakenWith(double seconds) =>
            PlacementPlanner.Plan(run, [fast with { Devices = [new DeviceOffer("cpu:0", null, seconds)] }, slow], costs).Workers[0].Silo;
        Assert.Equal(fast.Silo, TakenWith(2.5));
        Assert.Equal(slow.Silo, TakenWith(3.5));
    }

    [Fact]
    public void PlanShard_AnotherRunComputesOnADevice_ItsLoadCountsBesideThatOfTheOtherShards()
    {
        PlanCase c = OfFourDevices(0, 0.5, 0, 0);
        WorkerPlace[] standing = [.. Plan(c)];
        Assert.Equal(["cpu:0", "cpu:2"], standing.Select(place => place.Device).Distinct());
        ImmutableArray<WorkerPlace> workers = PlacementPlanner.PlanShard(c.Run, 1, standing, c.Silos, c.Costs).Workers;
        Assert.Equal(["cpu:3", "cpu:2"], workers.Select(place => place.Device).Distinct());
    }

    [Fact]
    public void PlanShard_OthersHoldMoreThanHalfOfTheirHosts_IsPlacedWhereItsOwnIsFree()
    {
        PlanCase full = ThreeSites(gigabytesFree: [7, 16, 7]); // what shards 0 and 2 hold is gone from what their silos offer
        WorkerPlace[] standing = [Place(full, shard: 0, silo: 0), Place(full, shard: 2, silo: 2)];
        (ImmutableArray<WorkerPlace> workers, IReadOnlyList<string> faults) = PlacementPlanner.PlanShard(full.Run, 1, standing, full.Silos, full.Costs);
        Assert.Empty(faults);
        Assert.All(workers, place => Assert.Equal((1, full.Silos[1].Silo), (place.Shard, place.Silo)));
        Assert.Equal(["m0", null], workers.Select(place => place.Modality));
        Assert.Contains("Shard 0 needs", PlacementPlanner.Plan(full.Run, full.Silos, full.Costs).Faults[0]); // as if nobody were there
    }

    [Fact]
    public void PlanShard_AnotherIsStillToTakeItsMemory_IsRefused()
    {
        PlanCase tight = ThreeSites(gigabytesFree: [7, 16, 7]);
        WorkerPlace beside = Place(tight, shard: 2, silo: 1) with { Bytes = 8L << 30 };
        Assert.Contains("Shard 1 needs", Assert.Single(PlacementPlanner.PlanShard(tight.Run, 1, [beside], tight.Silos, tight.Costs).Faults));
        Assert.Empty(PlacementPlanner.PlanShard(tight.Run, 1, [beside with { Bytes = 0 }], tight.Silos, tight.Costs).Faults);
    }

    [Fact]
    public void PlanShard_OthersComputeOnADevice_TakesAnother()
    {
        PlanCase c = ThreeSites(gigabytesFree: [64, 64, 64]);
        RunConfiguration anywhere = c.Run with { Placement = c.Run.Placement with { Sites = [] } };
        WorkerPlace[] standing = [Place(c, shard: 0, silo: 0), Place(c, shard: 2, silo: 2)];
        Assert.All(PlacementPlanner.PlanShard(anywhere, 1, standing, c.Silos, c.Costs).Workers, place => Assert.Equal(c.Silos[1].Silo, place.Silo));
    }

    private static WorkerPlace Place(PlanCase c, int shard, int silo) =>
        new() { Shard = shard, Modality = "m0", Silo = c.Silos[silo].Silo, Device = "cpu:0", Bytes = 0, Seconds = 1 };

    /// <summary>A shard of 9 GB at each of three sites.</summary>
    private static PlanCase ThreeSites(long[] gigabytesFree)
    {
        RunConfiguration run = TestRun.Configuration(modalities: 1, shards: 3);
        SiloOffer[] silos = [.. gigabytesFree.Select((free, n) => Silo(n + 1, 1, $"s{n}") with { HostBytes = free << 30 })];
        return new PlanCase(
            run with { Placement = run.Placement with { Devices = [], Sites = ["site=s0", "site=s1", "site=s2"] } },
            silos,
            silos.ToDictionary(silo => silo.Silo, _ => ImmutableArray.Create<ModuleCost>(new(0, "cpu", 8L << 30, 1), new(1, "cpu", 1L << 30, 0.1))));
    }

    /// <summary>A shard of two encoders, of 0.2 s each, and one silo of four devices on which other runs compute.</summary>
    private static PlanCase OfFourDevices(params double[] seconds)
    {
        PlanCase c = Case(modalities: 2, devices: [4], picks: [], shards: 1, costs: [200, 200, 10]);
        return c with { Silos = [c.Silos[0] with { Devices = [.. seconds.Select((busy, n) => new DeviceOffer($"cpu:{n}", null, busy))] }] };
    }

    private static (string, string) Device(WorkerPlace place) => (place.Silo, place.Device);

    private static string? Site(PlanCase c, int shard) => c.Run.Placement.Sites.Length == 0 ? null : c.Run.Placement.Sites[shard];

    private static ImmutableArray<WorkerPlace> Plan(PlanCase c)
    {
        (ImmutableArray<WorkerPlace> workers, IReadOnlyList<string> faults) = PlacementPlanner.Plan(c.Run, c.Silos, c.Costs);
        Assert.Empty(faults);
        return workers;
    }

    private static SiloOffer Silo(int number, int devices, string? site) => new()
    {
        Silo = $"10.0.0.{number}:11111@{number}",
        Host = $"host{number}",
        Devices = [.. Enumerable.Range(0, devices).Select(device => new DeviceOffer($"cpu:{device}", null))],
        ThreadsPerDevice = 1,
        Labels = site is null ? [] : ImmutableDictionary<string, string>.Empty.Add("site", site),
        HostBytes = Plenty,
    };

    private static void ForAll(Func<PlanCase, bool> property)
    {
        Gen<PlanCase> cases =
            from modalities in Gen.Choose(1, 4)
            from shards in Gen.Choose(1, 9)
            from counts in Gen.Choose(1, 4).NonEmptyListOf()
            from hasSites in Gen.Elements(true, false)
            from picks in Gen.Choose(0, 1_000).ArrayOf(shards)
            from costs in Gen.Choose(1, 1_000).ArrayOf(modalities + 1)
            select Case(modalities, [.. counts.Take(6)], hasSites ? picks : [], shards, costs);
        Prop.ForAll(cases.ToArbitrary(), property).QuickCheckThrowOnFailure();
    }

    private static PlanCase Case(int modalities, int[] devices, int[] picks, int shards, int[] costs)
    {
        SiloOffer[] silos = [.. devices.Select((count, n) => Silo(n + 1, count, n % 2 == 0 ? "a" : "b"))];
        string[] sites = devices.Length == 1 ? ["site=a"] : ["site=a", "site=b"];
        RunConfiguration run = TestRun.Configuration(modalities, shards: shards);
        ImmutableArray<ModuleCost> each = [.. costs.Select((cost, module) => new ModuleCost(module, "cpu", cost * 10_000L, cost / 1e3))];
        return new PlanCase(
            run with { Placement = run.Placement with { Devices = [], Sites = [.. picks.Select(pick => sites[pick % sites.Length])] } },
            silos,
            silos.ToDictionary(silo => silo.Silo, _ => each));
    }

    private sealed record PlanCase(RunConfiguration Run, SiloOffer[] Silos, Dictionary<string, ImmutableArray<ModuleCost>> Costs);
}
