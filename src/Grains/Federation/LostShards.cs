using Actors.Contracts.Runs;
using Actors.Grains.Runs;
using Actors.Grains.Workers;

namespace Actors.Grains.Federation;

/// <summary>
/// The shards that rounds have lost, and their way back: each is prepared again beside training, and is in from the next draw after that. Used from one grain's
/// turns.
/// </summary>
/// <param name="workers">The generation's.</param>
/// <param name="places">Where they are; counts losses against devices.</param>
/// <param name="time">The clock.</param>
/// <param name="warn">Warns of what keeps a shard away, and what is left out, once.</param>
internal sealed class LostShards(RunWorkers workers, RunPlaces places, TimeProvider time, Func<string, Task> warn)
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(3); // once for each loss: a shard whose silo stands misses no round
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(2);

    private readonly Dictionary<int, LostShard> lost = [];
    private readonly Dictionary<int, int> losses = []; // of a shard, since it last gave something
    private readonly Dictionary<int, (Task<ShardReturn> Task, string[] Before, bool Elsewhere)> returning = [];
    private readonly SortedSet<int> moved = []; // since the last round that ended
    private readonly HashSet<(int Shard, string Message)> told = [];
    private readonly Dictionary<string, long> blamed = []; // draw in which a device was counted last: all its shards fail with it
    private Dictionary<string, DateTimeOffset?> leftOut = places.Avoided.ToDictionary(one => one.Key, one => one.Value.AvoidedUntil);
    private readonly SerialQueue placing = new(); // so that each plan knows what the one before has taken
    private readonly HashSet<string> gone = []; // silos whose loss is counted; one that has a shard again can be lost again
    private int uncounted; // losses of silos, since it was known that rounds go on
    private long draws;
    private bool isOver;

    /// <summary>Shards that can neither train nor tell.</summary>
    public IEnumerable<int> Away => lost.Keys;

    /// <summary>Those that are being prepared.</summary>
    public IEnumerable<Task> Returning => returning.Values.Select(one => one.Task);

    /// <summary>Why they were lost.</summary>
    public IEnumerable<string> Causes => lost.Values.Select(one => one.Cause);

    /// <summary>True where a shard is lost.</summary>
    public bool Has(int shard) => lost.ContainsKey(shard);

    /// <summary>A shard is lost until it is prepared again.</summary>
    /// <param name="shard">The shard.</param>
    /// <param name="failure">How it was lost.</param>
    /// <param name="counts">False where it is counted against its devices as the loss of the generation.</param>
    public void Lose(int shard, Exception failure, bool counts = true)
    {
        bool isOwn = counts && !isOver && !Leaves(shard); // the shard's loss, and nobody else's
        string[] silos = [.. workers.Plan.Shard(shard).Select(place => place.Silo)];
        if (isOwn && !Has(shard))
        {
            uncounted += silos.Any(gone.Contains) ? 0 : 1; // with a silo go all its shards
            gone.UnionWith(silos);
        }

        string? at = (failure as WorkerException)?.Unreachable ?? (failure as WorkerException)?.FailedDevice;
        Lose(shard, failure.Message, isCutOff: at is not null);
        if (isOwn && (at is null || blamed.GetValueOrDefault(at, -1) != draws))
        {
            places.Blame(failure.Message, at, shard);
            blamed[at ?? ""] = draws;
        }
    }

    /// <summary>True where a silo of a shard leaves, or has left: what fails there is no device's fault.</summary>
    public bool Leaves(int shard) => workers.Plan.Shard(shard).Any(place => places.Leaves(place.Silo));

    /// <summary>Lets shards go whose silos leave: they come back as lost ones do, and nothing counts as lost.</summary>
    public async Task LetGoAsync(IReadOnlyCollection<int> shards)
    {
        foreach (int shard in shards)
        {
            lost[shard] = LostShard.At($"The silo of shard {shard} leaves the cluster.", 0, time.GetUtcNow(), isCutOff: false);
        }

        await Task.WhenAll(shards.Select(shard => workers.ReleaseAsync(shard)));
        if (shards.Count > 0 && !isOver)
        {
            await warn($"A silo leaves the cluster: rounds go on without shards that were there, until they have a place again: {string.Join(", ", shards)}.");
        }
    }

    /// <summary>Rounds go on: what was lost since is counted. Where they do not, it is the loss of a generation.</summary>
    public void Count()
    {
        if (uncounted > 0)
        {
            places.CountLosses(uncounted);
            uncounted = 0;
        }
    }

    /// <summary>A shard gave something: it is no loss in a row any more.</summary>
    public void Gave(int shard) => losses.Remove(shard);

    /// <summary>Shards that came back on other devices since this was asked last, in order.</summary>
    public int[] TakeMoved()
    {
        int[] came = [.. moved];
        moved.Clear();
        return came;
    }

    /// <summary>
    /// Before a draw: takes in those that are back, and begins to prepare those whose time has come. Of one that was just lost it is waited for a moment
    /// whether it comes back at once.
    /// </summary>
    /// <exception cref="Exception">What was prepared is at fault itself.</exception>
    public async Task LookAsync()
    {
        draws++;
        await TakeInAsync();
        var first = new List<Task>();
        foreach ((int shard, LostShard one) in lost.Where(one => !returning.ContainsKey(one.Key)).ToArray())
        {
            bool isDue = time.GetUtcNow() >= one.Until, isElsewhere = !isDue && one is { IsCutOff: true, IsTriedElsewhere: false };
            if (isDue || isElsewhere)
            {
                string[] before = workers.Plan.Devices(shard);
                Task<ShardReturn> task = ReturnAsync(shard, isElsewhere);
                returning[shard] = (task, before, isElsewhere);
                first.AddRange(one.IsTried ? [] : [task]);
                lost[shard] = one with { IsTried = true };
            }
        }

        if (first.Count > 0)
        {
            await Task.WhenAny(Task.WhenAll(first), Task.Delay(Grace, time));
            await TakeInAsync();
        }
    }

    /// <summary>Takes in those that are through.</summary>
    /// <exception cref="Exception">What was prepared is at fault itself.</exception>
    public async Task TakeInAsync()
    {
        foreach ((int shard, (Task<ShardReturn> task, string[] before, bool elsewhere)) in returning.Where(one => one.Value.Task.IsCompleted).ToArray())
        {
            returning.Remove(shard);
            ShardReturn back = await task;
            if (back.IsBack)
            {
                lost.Remove(shard);
                gone.ExceptWith(workers.Plan.Shard(shard).Select(place => place.Silo));
                told.RemoveWhere(one => one.Shard == shard);
                moved.UnionWith(before.SequenceEqual(workers.Plan.Devices(shard)) ? [] : [shard]);
            }
            else if (back.Failure is { } failure)
            {
                Lose(shard, failure);
                // A device that fails is left out soon.
                lost[shard] = lost[shard] with { IsTriedElsewhere = elsewhere && failure is not WorkerException { FailedDevice: not null } };
                await WarnAsync(shard, $"Shard {shard} was lost again while it was prepared: {failure.Message}");
            }
            else
            {
                LostShard one = lost[shard];
                lost[shard] = elsewhere ? one with { IsTriedElsewhere = true } : one with { Until = time.GetUtcNow() + BetweenLooks };
                string where = elsewhere ? " elsewhere" : "";
                await WarnAsync(shard, $"Shard {shard} cannot be prepared again{where}: {string.Join(" ", back.Faults)}");
            }
        }

        var avoided = places.Avoided.Where(one => leftOut.GetValueOrDefault(one.Key) != one.Value.AvoidedUntil).ToDictionary();
        leftOut = places.Avoided.ToDictionary(one => one.Key, one => one.Value.AvoidedUntil);
        if (avoided.Count > 0 && !isOver)
        {
            await warn(
                $"Left out, since shards were lost with them again and again, or they cannot be reached: {RunPlanning.Describe(avoided)}.");
        }
    }

    /// <summary>The generation ends: what is still being prepared is released when it is through.</summary>
    public void End()
    {
        isOver = true;
        foreach (Task task in Returning)
        {
            task.Ignore();
        }
    }

    private void Lose(int shard, string cause, bool isCutOff)
    {
        lost[shard] = LostShard.At(cause, losses.GetValueOrDefault(shard), time.GetUtcNow(), isCutOff);
        losses[shard] = lost[shard].Times;
    }

    // A draw that was dropped may end after the run has told its end.
    private Task WarnAsync(int shard, string message) =>
        !isOver && told.Add((shard, message)) ? warn(message) : Task.CompletedTask;

    /// <summary>Makes the workers of a shard again, where they were or where a new plan says.</summary>
    /// <param name="shard">The shard.</param>
    /// <param name="elsewhere">True where its silo is there, but not to be reached: it is made on others, or not.</param>
    private async Task<ShardReturn> ReturnAsync(int shard, bool elsewhere)
    {
        try
        {
            string[] avoided =
            [
                .. places.Avoided.Keys,
                .. workers.Plan.Workers.Where(place => places.IsLeaving(place.Silo)).Select(place => place.DeviceAddress),
                .. elsewhere ? workers.Plan.Shard(shard).Where(place => place.Silo != workers.Plan.BalancerSilo).Select(place => place.DeviceAddress) : [],
            ];
            Exception? cutOff = null;
            if (!elsewhere && !Leaves(shard) && !workers.Plan.Devices(shard).Any(avoided.Contains))
            {
                try
                {
                    workers.Plan.Renew(shard); // its workers may be there still, with what they have learnt
                    await workers.PrepareAsync(shard, ThrowIfOver);
                    return new ShardReturn([], null);
                }
                catch (Exception failure) when (WorkerFailure.IsLoss(failure))
                {
                    cutOff = failure is WorkerException { Unreachable: not null } or WorkerException { FailedDevice: not null } ? failure : null;
                }
            }

            if (await placing.RunAsync(() => PlaceAsync(shard, avoided)) is { Length: > 0 } faults)
            {
                return new ShardReturn(
                    [.. faults, .. avoided.Length == 0 ? Array.Empty<string>() : [$"Left out: {string.Join(", ", avoided.Distinct())}."]], cutOff);
            }

            await workers.PrepareAsync(shard, ThrowIfOver);
            return new ShardReturn([], null);
        }
        catch (Exception failure) when (WorkerFailure.IsLoss(failure))
        {
            return new ShardReturn([], failure);
        }
        finally
        {
            if (isOver)
            {
                await workers.ReleaseAsync(shard); // what was made after the others were released
            }
        }
    }

    /// <summary>Gives a shard places by a new plan.</summary>
    /// <returns>Why there are none; empty where there are.</returns>
    private async Task<string[]> PlaceAsync(int shard, string[] avoided)
    {
        ThrowIfOver();
        WorkerPlace[] standing =
        [
            .. workers.Shards.Where(d => d != shard && (!lost.ContainsKey(d) || returning.ContainsKey(d)))
                .SelectMany(d => workers.Plan.Shard(d))
                // One that is prepared has its memory; of a GPU's the run's own is offered as free.
                .Select(place => lost.ContainsKey(place.Shard) || !place.Device.StartsWith("cpu", StringComparison.Ordinal) ? place : place with { Bytes = 0 }),
        ];
        RunPlan plan = await workers.PlanAsync(shard, standing, avoided);
        if (plan.Faults.Length > 0)
        {
            return [.. plan.Faults];
        }

        await workers.ReleaseAsync(shard, plan.Workers);
        ThrowIfOver(); // the next generation's places are kept by then
        if (plan.Workers.Any(place => places.Leaves(place.Silo)))
        {
            return ["A silo that may have it leaves the cluster."];
        }

        await places.KeepAsync(workers.Plan.Move(shard, plan.Workers));
        return [];
    }

    private void ThrowIfOver()
    {
        if (isOver)
        {
            throw new OperationCanceledException("The generation has ended.");
        }
    }
}
