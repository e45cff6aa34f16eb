using System.Collections.Immutable;
using System.Globalization;
using Actors.Contracts.Runs;
using Actors.Grains.Runs;
using Actors.Grains.Workers;
using Orleans.Concurrency;

namespace Actors.Grains.Placement;

/// <inheritdoc cref="IPlannerGrain"/>
[StatelessWorker, Reentrant, GrainType("planner")]
internal sealed class PlannerGrain(IClusterMembershipService membership, WorkerCalls calls) : Grain, IPlannerGrain
{
    public Task<RunPlan> PlanAsync(RunConfiguration configuration, bool goesOn, string[]? avoided = null, FolderOwner? folder = null) =>
        PlanAsync(configuration, null, [], goesOn, avoided ?? [], folder);

    public Task<RunPlan> PlanShardAsync(
        RunConfiguration configuration, int shard, WorkerPlace[] standing, string[] avoided, FolderOwner? folder = null) =>
        PlanAsync(configuration, shard, standing, true, avoided, folder);

    private async Task<RunPlan> PlanAsync(
        RunConfiguration configuration, int? only, WorkerPlace[] standing, bool goesOn, string[] avoided, FolderOwner? folder)
    {
        PlacementConfiguration placement = configuration.Placement;
        var faults = new List<string>();
        var passedOver = new List<string>(); // faults of silos that a run which goes on may do without
        List<string> ofSilos = goesOn ? passedOver : faults;

        SiloAddress[] active =
        [
            .. membership.CurrentSnapshot.Members.Values.Where(member => member.Status == SiloStatus.Active).Select(member => member.SiloAddress),
        ];
        SiloOffer?[] answers = await Task.WhenAll(active.Select(silo => OfferAsync(silo, configuration, ofSilos)));
        SiloOffer[] offers = [.. answers.OfType<SiloOffer>().Select(silo => silo.Without(avoided))];
        faults.AddRange(PlacementFaults.OfCluster(placement, offers, only));

        string?[] sites = placement.Sites.Length == 0 ? [null] : only is { } alone ? [placement.Sites[alone]] : [.. placement.Sites.Distinct()];
        SiloOffer[] candidates = [.. offers.Where(silo => sites.Any(silo.IsOf) && PlacementPlanner.Usable(silo, placement).Any())];
        (SiloOffer Silo, SiloReadiness Ready)[] checkedSilos = await Task.WhenAll(
            candidates.Select(async silo => (silo, await CheckAsync(silo, configuration, candidates, only, folder))));
        var usable = new List<SiloOffer>();
        checkedSilos = [.. checkedSilos.Where(one => IsActive(SiloAddress.FromParsableString(one.Silo.Silo)))];
        foreach ((SiloOffer silo, SiloReadiness ready) in checkedSilos)
        {
            string[] own = [.. PlacementFaults.OfSilo(placement, silo), .. ready.Faults.Select(fault => $"Silo {silo.Address}: {fault}")];
            ofSilos.AddRange(own);
            usable.AddRange(own.Length == 0 ? [silo] : []);
        }

        (SiloOffer Silo, SiloReadiness Ready)[] holders = [.. checkedSilos.Where(one => usable.Contains(one.Silo))];
        faults.AddRange(DigestFaults(holders));
        faults.AddRange(WeightsAgreement.Faults(configuration, holders.Where(one => !one.Ready.Weights.IsDefault)
            .SelectMany(one => one.Ready.Weights.Select((digest, modality) => (modality, one.Silo.Address, digest)))));
        if (faults.Count == 0)
        {
            faults.AddRange(PlacementFaults.OfCluster(placement, usable, only)); // what those passed over leave
        }

        if (faults.Count > 0 && avoided.Length == 0 && offers is [{ IsOfConsole: true, Broken.Length: > 0 }])
        {
            throw new WorkerException(string.Join(" ", faults.Distinct())); // no other process will come: who waited would wait for ever
        }

        if (faults.Count > 0)
        {
            return new RunPlan { Workers = [], Lines = [], Faults = [.. passedOver.Concat(faults).Distinct()] };
        }

        Dictionary<string, ImmutableArray<ModuleCost>> costs = checkedSilos.ToDictionary(one => one.Silo.Silo, one => one.Ready.Costs);
        (ImmutableArray<WorkerPlace> workers, IReadOnlyList<string> misfits) = only is { } shard
            ? PlacementPlanner.PlanShard(configuration, shard, standing, usable, costs)
            : PlacementPlanner.Plan(configuration, usable, costs);
        return new RunPlan
        {
            Workers = workers,
            Lines = [.. workers.Select(worker => Line(worker, isOnlySilo: offers.Length == 1))],
            Faults = misfits.Count == 0 ? [] : [.. passedOver, .. misfits],
        };
    }

    private async Task<SiloOffer?> OfferAsync(SiloAddress silo, RunConfiguration configuration, List<string> faults)
    {
        try
        {
            return await Grain(silo.ToParsableString()).OfferAsync(configuration.Placement, configuration.Name);
        }
        catch (Exception failure) when (failure is TimeoutException or OrleansException)
        {
            faults.AddRange(!IsActive(silo) ? [] : [$"Silo {silo.Endpoint} does not say what it offers: {failure.Message}"]);
            return null;
        }
    }

    private async Task<SiloReadiness> CheckAsync(
        SiloOffer silo, RunConfiguration configuration, SiloOffer[] candidates, int? only, FolderOwner? folder)
    {
        DeviceOffer[] devices = [.. PlacementPlanner.Usable(silo, configuration.Placement)];
        if (candidates.Length == 1 && devices.Length == 1 && silo.ThreadsPerDevice is null)
        {
            return new SiloReadiness([], [], [], []); // a console's own silo, and nothing to choose: its workers say what there is to say
        }

        try
        {
            ImmutableArray<string> sites = configuration.Placement.Sites;
            int[] shards = sites.Length == 0
                ? [0]
                : [.. Enumerable.Range(0, sites.Length).Where(shard => (only is null || shard == only) && silo.IsOf(sites[shard]))];
            string[] kinds = [.. devices.DistinctBy(device => device.Kind).Select(device => device.Name)];
            SiloReadiness ready = await calls.OrderAsync(Grain(silo.Silo), grain => grain.CheckAsync(configuration, kinds, shards));
            string? unseen = folder is null ? null : await calls.AskAsync(Grain(silo.Silo), grain => grain.LookAsync(folder));
            return unseen is null ? ready : ready with { Faults = [.. ready.Faults, unseen] };
        }
        catch (Exception failure) when (failure is TimeoutException or OrleansException or WorkerException)
        {
            return new SiloReadiness([$"it does not answer: {failure.Message}"], [], [], []);
        }
    }

    private static IEnumerable<string> DigestFaults((SiloOffer Silo, SiloReadiness Ready)[] silos)
    {
        (string Silo, ShardData Data)[] all = [.. silos.SelectMany(one => one.Ready.Data.Select(data => (one.Silo.Address, data)))];
        bool isKeptApart = all.Any(one => one.Data.Digest != one.Data.SharedDigest);
        foreach (var parts in all.Select(one => (one.Silo, Part: isKeptApart ? "What the shards share of the data" : "The data", Digest: one.Data.SharedDigest))
            .Concat(isKeptApart ? all.Select(one => (one.Silo, Part: $"The data of shard {one.Data.Shard}", one.Data.Digest)) : [])
            .GroupBy(one => one.Part))
        {
            var versions = parts.GroupBy(one => one.Digest).ToArray();
            if (versions.Length > 1)
            {
                IEnumerable<string> where = versions.Select(
                    version => $"{version.Key[..12]} on {string.Join(", ", version.Select(one => one.Silo).Distinct())}");
                yield return $"{parts.Key} must be the same on all silos that may hold it, but there are {versions.Length} versions: "
                    + $"{string.Join("; ", where)}. Compare the dataset's files on the hosts.";
            }
        }
    }

    private static string Line(WorkerPlace worker, bool isOnlySilo)
    {
        string module = worker.Modality is null ? "fusion" : $"encoder {worker.Modality}";
        string silo = isOnlySilo ? "" : $" of {worker.Silo.Split('@')[0]}";
        string cost = worker.Seconds is { } seconds
            ? string.Create(CultureInfo.InvariantCulture, $", {Math.Max(1, Math.Round(worker.Bytes / 1e6)):0} MB, {seconds * 1e3:0.###} ms a step")
            : "";
        return string.Create(CultureInfo.InvariantCulture, $"shard {worker.Shard} {module} on {worker.Device}{silo}{cost}");
    }

    // One that was lost while it was asked is no fault: the plan is for those that are left.
    private bool IsActive(SiloAddress silo) => membership.CurrentSnapshot.GetSiloStatus(silo) == SiloStatus.Active;

    private ISiloGrain Grain(string silo) => GrainFactory.GetGrain<ISiloGrain>(PinnedKey.Of("", silo));
}
