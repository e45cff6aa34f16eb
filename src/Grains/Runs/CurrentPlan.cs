using System.Collections.Immutable;
using Actors.Contracts.Runs;

namespace Actors.Grains.Runs;

/// <summary>Where the workers of one generation are now: as they were planned, but for shards that have moved since. Used from one grain's turns.</summary>
/// <param name="workers">By shard: its encoders, then its fusion; none before there is a plan.</param>
/// <param name="count">Workers of a shard, M + 1.</param>
internal sealed class CurrentPlan(ImmutableArray<WorkerPlace> workers, int count)
{
    private readonly Dictionary<int, int> lives = []; // of shards that were made again

    /// <summary>Where all are, by shard: encoders, then the fusion.</summary>
    public ImmutableArray<WorkerPlace> Workers { get; private set; } = workers;

    /// <summary>Where the fusion of shard 0 was planned; it stays the balancer's, and the aggregators', when that shard moves.</summary>
    public string BalancerSilo { get; } = workers.IsEmpty ? "" : workers[count - 1].Silo;

    /// <summary>The silos of the reducers, in order; these too stay.</summary>
    public ImmutableArray<string> ReducerSilos { get; } = [.. workers.Select(place => place.Silo).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Where a worker of a shard is: an encoder by its index, the fusion at M.</summary>
    public WorkerPlace this[int shard, int position] => Workers[(shard * count) + position];

    /// <summary>Where the workers of a shard are: encoders, then the fusion.</summary>
    public IEnumerable<WorkerPlace> Shard(int shard) => Workers.Where(place => place.Shard == shard);

    /// <summary>The devices that the workers of a shard compute on: encoders, then the fusion.</summary>
    public string[] Devices(int shard) => [.. Shard(shard).Select(place => place.DeviceAddress)];

    /// <summary>How often a shard was made again, there or elsewhere.</summary>
    public int Life(int shard) => lives.GetValueOrDefault(shard);

    /// <summary>A shard is made again where it is: what is left of its workers is of an earlier life.</summary>
    public void Renew(int shard) => lives[shard] = Life(shard) + 1;

    /// <summary>From now on a shard's workers are elsewhere; returns where all are.</summary>
    /// <param name="shard">The shard.</param>
    /// <param name="next">Where its workers are, by position.</param>
    public ImmutableArray<WorkerPlace> Move(int shard, ImmutableArray<WorkerPlace> next)
    {
        Renew(shard);
        return Workers = [.. Workers.Select((place, n) => place.Shard == shard ? next[n % count] : place)];
    }
}
