using System.Collections.Immutable;
using Actors.Contracts.Runs;
using Actors.Grains.Workers;

namespace Actors.Grains.Runs;

/// <summary>Where a run's workers are, and which devices its next plan leaves out. Used from one grain's turns.</summary>
/// <param name="record">What is kept of the run.</param>
/// <param name="silos">Knows which silos are there.</param>
/// <param name="time">The clock.</param>
/// <param name="write">Writes the record down, if it can.</param>
internal sealed class RunPlaces(RunRecord record, SiloDepartures silos, TimeProvider time, Func<Task<bool>> write)
{
    // A worker on a silo that hangs answers when the silo is declared dead.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Devices that are left out now, as <c>ip:port/cuda:0</c>.</summary>
    public ImmutableSortedDictionary<string, DeviceBlame> Avoided => record.Blames
        .Where(blame => blame.Value.AvoidedUntil > time.GetUtcNow())
        .ToImmutableSortedDictionary(blame => blame.Key, blame => blame.Value, StringComparer.Ordinal);

    /// <summary>True where a silo has a part in the run.</summary>
    public bool IsOn(string silo) => silos.IsOurs(silo) || record.Places.Any(place => place.Silo == silo);

    /// <summary>Keeps where a generation's workers are, so that whoever comes after a loss knows what it left behind.</summary>
    public Task KeepAsync(ImmutableArray<WorkerPlace> places)
    {
        (record.Places, record.PlacedGeneration) = (places, record.Generation);
        return write(); // where the storage is away, training does not wait for it
    }

    /// <summary>Counts a loss against the devices whose silos are gone, or which could not be reached, or against the one that failed.</summary>
    /// <param name="cause">Why the generation was lost.</param>
    /// <param name="blamed">A silo that another could not reach, or the address of a device that failed; null: none.</param>
    public void Blame(string cause, string? blamed = null)
    {
        foreach ((string device, string silo) in record.Places.Select(place => (place.DeviceAddress, place.Silo)).Distinct())
        {
            bool isGone = !silos.IsActive(silo);
            if (isGone || silo == blamed || device == blamed)
            {
                record.Blames[device] = DeviceBlame.After(record.Blames.GetValueOrDefault(device), time.GetUtcNow(), cause, avoidNow: !isGone && silo == blamed);
            }
        }
    }

    /// <summary>Ends the workers that a generation left on other silos when its own was lost: nobody else would.</summary>
    public async Task ClearAsync(IGrainFactory grains, WorkerCalls calls, string run)
    {
        var left = new RunWorkers(grains, calls, run, record.PlacedGeneration, record.Order!.Configuration);
        try
        {
            await left.AbandonAsync([.. record.Places.Where(place => silos.IsActive(place.Silo))]).WaitAsync(Patience, time);
        }
        catch (Exception failure) when (failure is TimeoutException or OrleansException or WorkerException)
        {
            // Their silo is lost too, or hangs; then they go with it.
        }
    }
}
