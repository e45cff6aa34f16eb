using System.Collections.Immutable;
using Actors.Contracts.Runs;
using Actors.Grains.Workers;

namespace Actors.Grains.Runs;

/// <summary>Where a run's workers are, which of their silos leave, and which devices its next plan leaves out. Used from one grain's turns.</summary>
/// <param name="kept">What is kept of the run.</param>
/// <param name="silos">Knows which silos are there.</param>
/// <param name="time">The clock.</param>
/// <param name="move">Called where a plan has a silo that leaves.</param>
/// <param name="lost">Told how many losses there were by now, where rounds go on after one.</param>
internal sealed class RunPlaces(KeptRun kept, SiloDepartures silos, TimeProvider time, Action move, Action<long> lost)
{
    // A worker on a silo that hangs answers when the silo is declared dead.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly HashSet<(string Device, string Silo)> gone = []; // counted against the device: a silo is lost once, however many shards it had
    private readonly HashSet<string> leaving = []; // silos; also those without a part in the run, which the next plan may have

    private RunRecord Record => kept.Record;

    /// <summary>Address of the run's own silo, as <c>ip:port</c>.</summary>
    public string OurSilo => silos.OurAddress;

    /// <summary>True where the run's own silo leaves.</summary>
    public bool IsOursLeaving => leaving.Any(silos.IsOurs);

    /// <summary>Losses of the run so far.</summary>
    public long Losses => Record.AllLosses;

    /// <summary>Devices that are left out now, as <c>ip:port/cuda:0</c>.</summary>
    public ImmutableSortedDictionary<string, DeviceBlame> Avoided => Record.Blames
        .Where(blame => blame.Value.AvoidedUntil > time.GetUtcNow())
        .ToImmutableSortedDictionary(blame => blame.Key, blame => blame.Value, StringComparer.Ordinal);

    /// <summary>
    /// Remembers that a silo leaves. True where the run has to move away from it; where the generation is not planned yet, no worker is there, and a plan that
    /// has it is not kept.
    /// </summary>
    public bool Leave(string silo)
    {
        leaving.Add(silo);
        return silos.IsOurs(silo) || (Record.PlacedGeneration == Record.Generation && IsOn(silo));
    }

    /// <summary>True where a silo has said that it leaves, or has left since.</summary>
    public bool Leaves(string silo) => leaving.Contains(silo);

    /// <summary>True where a silo leaves and is in the cluster still.</summary>
    public bool IsLeaving(string silo) => Leaves(silo) && silos.IsActive(silo);

    /// <summary>Moves the run: it cannot go on without a silo that leaves.</summary>
    public void Move() => move();

    /// <summary>Keeps where a generation's workers are, so that whoever comes after a loss knows what it left behind.</summary>
    /// <returns>False where one of their silos leaves: the run has to move before it takes a step.</returns>
    public async Task<bool> KeepAsync(ImmutableArray<WorkerPlace> places)
    {
        bool isFirst = Record.PlacedGeneration != Record.Generation; // what comes later in a generation are shards that move
        if (isFirst)
        {
            Record.BalancerSilo = places.First(place => place is { Shard: 0, Modality: null }).Silo;
        }

        (Record.Places, Record.PlacedGeneration) = (places, Record.Generation);
        bool holds = !leaving.Any(isFirst ? IsOn : IsNeeded); // rounds let shards go by themselves
        if (!holds)
        {
            move();
        }

        await kept.TryWriteAsync(); // where the storage is away, training does not wait for it
        return holds;
    }

    /// <summary>Waits until the silos that leave, and had a part in the run, have left; or until its own does.</summary>
    public async Task LeftAsync()
    {
        while (!IsOursLeaving && leaving.FirstOrDefault(IsOn) is { } silo)
        {
            await silos.WaitAsync(silo);
            leaving.Remove(silo);
        }
    }

    /// <summary>Counts a loss against the devices whose silos are gone, or which could not be reached, or against the one that failed.</summary>
    /// <param name="cause">Why the generation or the shard was lost.</param>
    /// <param name="blamed">A silo that another could not reach, or the address of a device that failed; null: none.</param>
    /// <param name="shard">The shard that was lost alone, in rounds; null: the generation was.</param>
    public void Blame(string cause, string? blamed = null, int? shard = null)
    {
        bool isThere = Record.Places.Any(place => place.Shard == shard && place.Silo == blamed); // then all its devices are out of reach
        IEnumerable<WorkerPlace> lost = Record.Places
            .Where(place => shard is null || place.Shard == shard || (isThere && place.Silo == blamed));
        foreach ((string device, string silo) in lost.Select(place => (place.DeviceAddress, place.Silo)).Distinct())
        {
            bool isGone = !silos.IsActive(silo);
            if (isGone ? gone.Add((device, silo)) : silo == blamed || device == blamed)
            {
                Record.Blames[device] = DeviceBlame.After(
                    Record.Blames.GetValueOrDefault(device), time.GetUtcNow(), cause, avoidNow: !isGone && silo == blamed);
            }
        }
    }

    /// <summary>Counts silos that were lost, and that rounds go on without.</summary>
    public void CountLosses(int count)
    {
        Record.AllLosses += count;
        lost(Record.AllLosses);
        kept.TryWriteAsync().Ignore(); // training does not wait for it
    }

    /// <summary>Ends the workers that a generation left on other silos when its own was lost: nobody else would.</summary>
    public async Task ClearAsync(IGrainFactory grains, WorkerCalls calls, string run)
    {
        var left = new RunWorkers(grains, calls, run, Record.PlacedGeneration, Record.Order!.Configuration);
        try
        {
            string? balancer = Record.BalancerSilo is { } silo && silos.IsActive(silo) ? silo : null;
            await left.AbandonAsync([.. Record.Places.Where(place => silos.IsActive(place.Silo))], balancer).WaitAsync(Patience, time);
        }
        catch (Exception failure) when (failure is TimeoutException or OrleansException or WorkerException)
        {
            // Their silo is lost too, or hangs; then they go with it.
        }
    }

    /// <summary>True where a silo has a part in the run, or had in the generation before.</summary>
    private bool IsOn(string silo) => IsNeeded(silo) || Record.Places.Any(place => place.Silo == silo);

    /// <summary>True where not even rounds go on without a silo.</summary>
    private bool IsNeeded(string silo) => silos.IsOurs(silo) || Record.BalancerSilo == silo;
}
