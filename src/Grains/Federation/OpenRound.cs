using Actors.Grains.Workers;

namespace Actors.Grains.Federation;

/// <summary>A round that is under way: who has given, who was lost, whether it can end. Used from one grain's turns.</summary>
/// <param name="shards">Those that take part.</param>
/// <param name="minimum">Contributions it needs.</param>
internal sealed class OpenRound(int[] shards, int minimum)
{
    private readonly HashSet<int> waited = [.. shards];
    private readonly TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Dictionary<int, Exception> lost = [];
    private bool overdue;
    private bool closed;

    /// <summary>What came in time, by shard.</summary>
    public SortedDictionary<int, ShardRound> Given { get; } = [];

    /// <summary>The lost, and why.</summary>
    public IReadOnlyDictionary<int, Exception> Lost => lost;

    /// <summary>Shards that have neither given nor were lost.</summary>
    public int[] Waited => [.. waited.Order()];

    /// <summary>
    /// Ends when everybody has given, or enough have by the deadline; fails with the first failure that is none of the shard's silo,
    /// where too few are left, or where it cannot go on.
    /// </summary>
    public Task Done => done.Task;

    /// <summary>A shard is through. What comes after the end is dropped.</summary>
    public void Give(int shard, ShardRound? round)
    {
        if (!closed && round is not null && waited.Remove(shard))
        {
            Given[shard] = round;
            Look();
        }
    }

    /// <summary>A shard failed.</summary>
    public void Fail(int shard, Exception failure)
    {
        if (closed)
        {
            return;
        }

        if (!WorkerFailure.IsLoss(failure))
        {
            End(failure);
            return;
        }

        waited.Remove(shard);
        Lose(shard, failure);
        if (Given.Count + waited.Count < minimum)
        {
            done.TrySetException(failure);
        }

        Look();
    }

    /// <summary>A shard that gave was lost before what it gave was added.</summary>
    public void Lose(int shard, Exception failure)
    {
        Given.Remove(shard);
        lost[shard] = failure;
    }

    /// <summary>The round cannot go on, whoever is left.</summary>
    public void End(Exception failure)
    {
        if (!closed)
        {
            done.TrySetException(failure);
        }
    }

    /// <summary>The deadline has passed.</summary>
    public void Expire()
    {
        overdue = true;
        Look();
    }

    /// <summary>From now on nothing is taken.</summary>
    public void Close() => closed = true;

    private void Look()
    {
        if (waited.Count == 0 || (overdue && Given.Count >= minimum))
        {
            done.TrySetResult();
        }
    }
}
