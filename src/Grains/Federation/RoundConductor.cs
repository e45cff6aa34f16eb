using Actors.Contracts.Runs;
using Actors.Grains.Runs;
using Actors.Grains.Workers;
using Actors.Learning.Balancing;
using Actors.Learning.Federation;
using Actors.Learning.Training;

namespace Actors.Grains.Federation;

/// <summary>Takes shards that synchronise parameters through rounds: the one place where it is decided who is in. Used from one grain's turns.</summary>
internal sealed class RoundConductor(
    RunWorkers workers, LostShards lost, RunPlaces places, WorkerCalls calls, RunConfiguration configuration, TimeProvider time)
{
    private const int AtOncePerDevice = 8; // a shard under way has the activations of a batch

    private readonly RoundAggregators aggregators = new(workers, calls, configuration);
    private readonly LeavingShards leaving = new(workers, lost, places, LearningOptions.Training(configuration));
    private readonly TrainingOptions options = LearningOptions.Training(configuration);
    private readonly Dictionary<int, Task> late = []; // still at a round that has ended
    private readonly Dictionary<string, SemaphoreSlim> devices = []; // by address
    private readonly TaskCompletionSource stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private RoundTimetable timetable = null!;
    private bool exchangesScores;
    private double[] coefficients = [];
    private long round; // that comes next
    private bool wasIncomplete; // the one before

    /// <summary>Shards that can neither train nor tell now.</summary>
    public IEnumerable<int> Away => lost.Away.Concat(late.Keys);

    /// <summary>Makes the aggregators; the workers have the parameters that training begins with.</summary>
    /// <param name="step">Steps taken.</param>
    /// <param name="begun">k of the last round, [M]; empty before the first.</param>
    /// <param name="checkpointFolder">A checkpoint to go on from; null: begins anew.</param>
    public Task PrepareAsync(long step, double[] begun, string? checkpointFolder)
    {
        timetable = new RoundTimetable(options.SynchronizeEvery, workers.Ready.StepsPerEpoch);
        exchangesScores = BalancingMethods.Create(options.Method, options.Modalities.Count).UsesCoefficients;
        coefficients = begun.Length > 0 ? begun : [.. options.Modalities.Select(_ => 1.0)];
        round = timetable.Number(step);
        return aggregators.PrepareAsync(round, checkpointFolder);
    }

    /// <summary>Trains one round.</summary>
    public async Task<RoundResult> TrainAsync(long from, long to)
    {
        int minimum = Participation.Minimum(options.Rounds, options.ShardCount);
        int[] shards = await DrawAsync(minimum);
        int[] away = [.. Away.Distinct().Order()];
        bool byStep = exchangesScores && !options.Rounds.BalancesByRound;
        if (byStep)
        {
            await calls.OrderAsync(workers.Balancer, balancer => balancer.BeginRoundAsync(round, shards));
        }

        var open = new OpenRound(shards, minimum);
        var order = new RoundOrder
        {
            Round = round, From = from, To = to, Aggregators = aggregators.All, Coefficients = byStep ? null : [.. coefficients],
        };
        Dictionary<int, Task> training = shards.ToDictionary(shard => shard, shard => TrainAsync(shard, order, open, limited: !byStep));
        using (ITimer? deadline = Deadline(open))
        {
            try
            {
                await await Task.WhenAny(open.Done, stopped.Task);
            }
            catch (Exception failure)
            {
                open.Close();
                await workers.AbortAsync(failure.Message);
                await Task.WhenAll(training.Values);
                throw;
            }
        }

        open.Close();
        int[] behind = open.Waited;
        foreach (int shard in behind)
        {
            late[shard] = training[shard];
            _ = calls.TellAsync(workers.Fusion(shard), fusion => fusion.AbandonAsync(order.Round)); // one that hangs is not waited for
        }

        try
        {
            await aggregators.AddAsync(round, open, minimum);
        }
        finally
        {
            foreach ((int shard, Exception failure) in open.Lost.Where(one => !lost.Has(one.Key)))
            {
                lost.Lose(shard, failure); // also where the generation is lost with them: each counts against its own devices
            }
        }

        await aggregators.ApplyAsync(round);
        foreach (int shard in open.Given.Keys)
        {
            lost.Gave(shard);
        }

        if (exchangesScores && !byStep)
        {
            coefficients = await BalanceAsync(open.Given.Values);
        }

        double[] applied = byStep ? [.. open.Given.First().Value.Last.Coefficients] : coefficients;
        var ended = new RoundResult(round++, shards, open.Given, behind, away, lost.TakeMoved(), open.Lost, applied) { FollowsIncomplete = wasIncomplete };
        wasIncomplete = ended.IsIncomplete;
        return ended;
    }

    /// <summary>
    /// Ends the round that is under way, or else the next: <see cref="TrainAsync(long, long)"/> throws when its shards have ended the step they are at.
    /// </summary>
    public void Stop() => stopped.TrySetException(new WorkerException("The run was stopped."));

    /// <inheritdoc cref="LeavingShards.LetGo"/>
    public Task? LetGo(string silo) => leaving.LetGo(silo);

    /// <summary>Has every shard that is there take the parameters as they are, so that all replicas are equal.</summary>
    public Task SynchronizeAsync() => AreThereAsync(
        Enumerable.Range(0, options.ShardCount).Except(Away),
        shard => calls.OrderAsync(workers.Fusion(shard), fusion => fusion.TakeShardAsync(round, aggregators.All)));

    /// <summary>Has shards do something apart from a round, and waits for all. Those that are lost are out until they come back.</summary>
    /// <param name="shards">Which.</param>
    /// <param name="work">Of each.</param>
    /// <returns>False where one was lost.</returns>
    /// <exception cref="WorkerException">None is left: that is the loss of the run's generation.</exception>
    public async Task<bool> AreThereAsync(IEnumerable<int> shards, Func<int, Task> work)
    {
        Exception?[] losses = await Task.WhenAll(shards.Select(async shard =>
        {
            try
            {
                await work(shard);
                return null;
            }
            catch (Exception failure) when (WorkerFailure.IsLoss(failure))
            {
                lost.Lose(shard, failure);
                return failure;
            }
        }));
        if (losses.All(failure => failure is not null))
        {
            throw new WorkerException(losses.FirstOrDefault()?.Message ?? "No shard is there.", isLost: true);
        }

        return losses.All(failure => failure is null);
    }

    /// <summary>Has the aggregators write their share of a checkpoint.</summary>
    public Task SaveAsync(string draftFolder) => aggregators.SaveAsync(draftFolder);

    /// <summary>Disposes what the aggregators have; lost shards come back no more.</summary>
    public Task ReleaseAsync()
    {
        lost.End();
        return aggregators.ReleaseAsync();
    }

    /// <summary>Between rounds: lets those go whose silos leave, and has those come back that can.</summary>
    public async Task TakeBackAsync()
    {
        Arrive();
        await leaving.LetGoAsync();
        await lost.LookAsync();
    }

    /// <summary>Draws who takes part, of those that are there and those that come back.</summary>
    private async Task<int[]> DrawAsync(int minimum)
    {
        await TakeBackAsync();
        while (true)
        {
            Arrive();
            int[] drawn = Participation.Draw(options.Rounds, options.Seed, round, options.ShardCount, shard => !lost.Has(shard) && !late.ContainsKey(shard));
            if (drawn.Length >= minimum)
            {
                lost.Count();
                return drawn;
            }

            Task[] awaited = [.. late.Values, .. lost.Returning];
            if (awaited.Length == 0)
            {
                throw new WorkerException(
                    $"Round {round} needs {minimum} of {options.ShardCount} shards, but only {drawn.Length} are there: {string.Join(" ", lost.Causes)}",
                    isLost: true);
            }

            await Task.WhenAny(awaited);
            await lost.TakeInAsync();
        }
    }

    /// <summary>The late are back that are through.</summary>
    private void Arrive()
    {
        foreach (int shard in late.Where(shard => shard.Value.IsCompleted).Select(shard => shard.Key).ToArray())
        {
            late.Remove(shard);
        }
    }

    /// <summary>Has one shard train; never fails.</summary>
    private async Task TrainAsync(int shard, RoundOrder order, OpenRound open, bool limited)
    {
        SemaphoreSlim? turn = limited ? Turns(workers.Plan.Devices(shard)[^1]) : null; // shards that exchange scores wait for each other
        try
        {
            if (turn is not null)
            {
                await turn.WaitAsync();
            }

            try
            {
                open.Give(shard, open.Done.IsCompleted ? null : await calls.OrderAsync(workers.Fusion(shard), fusion => fusion.TrainRoundAsync(order)));
            }
            finally
            {
                turn?.Release();
            }
        }
        catch (Exception failure)
        {
            open.Fail(shard, failure);
            if (WorkerFailure.IsLoss(failure))
            {
                lost.Lose(shard, failure, counts: !open.Done.IsFaulted); // also where it was late
                _ = calls.TellAsync(workers.Fusion(shard), fusion => fusion.AbandonAsync(order.Round)); // it may be there, and at it still
                if (order.Coefficients is null) // the others wait for its scores
                {
                    _ = DropAsync(shard, order.Round, open);
                }
            }
        }
    }

    /// <summary>Has the balancer wait for a shard no more. Where it cannot be told, the round fails: the others would wait on.</summary>
    private async Task DropAsync(int shard, long from, OpenRound open)
    {
        try
        {
            await calls.OrderAsync(workers.Balancer, balancer => balancer.DropAsync(from, shard));
        }
        catch (Exception failure)
        {
            open.End(failure);
        }
    }

    private SemaphoreSlim Turns(string device) =>
        devices.TryGetValue(device, out SemaphoreSlim? turns) ? turns : devices[device] = new SemaphoreSlim(AtOncePerDevice);

    private ITimer? Deadline(OpenRound open)
    {
        if (configuration.Training.Rounds?.DeadlineSeconds is not { } seconds)
        {
            return null;
        }

        TaskScheduler turns = TaskScheduler.Current; // the grain's
        return time.CreateTimer(
            _ => Task.Factory.StartNew(open.Expire, CancellationToken.None, TaskCreationOptions.None, turns),
            null,
            TimeSpan.FromSeconds(seconds),
            Timeout.InfiniteTimeSpan);
    }

    private Task<double[]> BalanceAsync(IEnumerable<ShardRound> given)
    {
        (double?[] sums, long[] counts) = ShardRound.Sum(given, options.Modalities.Count);
        return calls.OrderAsync(workers.Balancer, balancer => balancer.CoefficientsAsync(sums, counts));
    }
}
