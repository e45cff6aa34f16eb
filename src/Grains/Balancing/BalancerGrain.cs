using Actors.Contracts.Runs;
using Actors.Grains.Faults;
using Actors.Grains.Placement;
using Actors.Grains.Runs;
using Actors.Grains.Workers;
using Actors.Learning.Balancing;

namespace Actors.Grains.Balancing;

/// <inheritdoc cref="IBalancerGrain"/>
[PinnedPlacement, GrainType("balancer")]
internal sealed class BalancerGrain(FaultPoints faults, SiloEnd silo, GenerationWatch watch) : WorkerGrain, IBalancerGrain
{
    private const int RememberedSteps = 4; // a repeat comes at once or not at all

    private readonly Dictionary<long, Exchange> exchanges = [];
    private Balancer? balancer;
    private int shardCount;
    private HashSet<int> taking = []; // shards that report
    private long round = -1; // in which they do; −1 before the first
    private long newest;

    /// <summary>What nobody releases goes with its generation.</summary>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        watch.Begin(this, () => AbortAsync("Its generation is over."));
        return Task.CompletedTask;
    }

    public Task PrepareAsync(RunConfiguration configuration)
    {
        var options = LearningOptions.Training(configuration);
        (balancer, shardCount) = (new Balancer(options.Method, options.Modalities.Count), options.ShardCount);
        exchanges.Clear();
        (newest, round) = (0, -1);
        taking = [.. Enumerable.Range(0, shardCount)];
        DelayDeactivation(TimeSpan.FromDays(365)); // an evaluation may be long, and the method must not be forgotten
        return Task.CompletedTask;
    }

    public Task<double[]> ExchangeAsync(long step, int shard, double?[] scoreSums, long[] sampleCounts)
    {
        if (balancer is null)
        {
            throw new WorkerException(
                $"Balancer {this.GetPrimaryKeyString()} was not prepared or is of an ended generation; step {step} of shard {shard} is refused.",
                isLost: true);
        }

        if (!exchanges.TryGetValue(step, out Exchange? exchange))
        {
            if (step < newest - RememberedSteps)
            {
                throw new WorkerException(
                    $"The exchange of step {step} is over and forgotten; shard {shard} is at an older step than the others, which are at {newest}.");
            }

            exchange = new Exchange(round, new double?[shardCount][], new long[shardCount][], [.. taking]);
        }

        // One that was dropped may not know it yet, where it is cut off from the run alone. What it said before it was dropped counts.
        if (!exchange.Waited.Contains(shard) && exchange.Sums[shard] is null)
        {
            throw new WorkerException($"Shard {shard} takes no part in the exchange of step {step}: its round goes on without it.", isLost: true);
        }

        if (exchanges.TryAdd(step, exchange))
        {
            newest = Math.Max(newest, step);
            foreach (long old in exchanges.Keys.Where(s => s < step - RememberedSteps).ToArray())
            {
                exchanges.Remove(old);
            }
        }

        (exchange.Sums[shard], exchange.Counts[shard]) = (scoreSums, sampleCounts);
        faults.Pass(FaultPoint.Exchange, step);
        exchange.Waited.Remove(shard);
        CompleteIfAllReported(exchange);
        return silo.UnlessAsync(exchange.Done.Task);
    }

    public Task BeginRoundAsync(long round, int[] shards)
    {
        (this.round, taking) = (round, [.. shards]);
        return Task.CompletedTask;
    }

    public Task DropAsync(long round, int shard)
    {
        if (round == this.round)
        {
            taking.Remove(shard);
        }

        foreach (Exchange exchange in exchanges.Values.Where(exchange => exchange.Round == round))
        {
            exchange.Waited.Remove(shard);
            CompleteIfAllReported(exchange);
        }

        return Task.CompletedTask;
    }

    public Task<double[]> CoefficientsAsync(double?[] scoreSums, long[] sampleCounts) => balancer is null
        ? throw new WorkerException($"Balancer {this.GetPrimaryKeyString()} was not prepared or is of an ended generation.", isLost: true)
        : Task.FromResult(balancer.Exchange(scoreSums, sampleCounts).Coefficients);

    public Task AbortAsync(string cause)
    {
        balancer = null;
        DelayDeactivation(TimeSpan.Zero);
        foreach (Exchange exchange in exchanges.Values)
        {
            exchange.Done.TrySetException(new WorkerException(cause));
        }

        return Task.CompletedTask;
    }

    private void CompleteIfAllReported(Exchange exchange)
    {
        if (!exchange.Done.Task.IsCompleted && exchange.Waited.Count == 0 && exchange.Sums.FirstOrDefault(s => s is not null) is { } first)
        {
            Complete(exchange, first.Length);
        }
    }

    private void Complete(Exchange exchange, int modalityCount)
    {
        // In shard order, so that the sum does not depend on who came first.
        var sums = new double?[modalityCount];
        var counts = new long[modalityCount];
        for (int i = 0; i < modalityCount; i++)
        {
            sums[i] = 0;
            for (int shard = 0; shard < shardCount; shard++)
            {
                if (exchange.Sums[shard] is { } reported)
                {
                    sums[i] += reported[i]; // null stays null
                    counts[i] += exchange.Counts[shard]![i];
                }
            }
        }

        try
        {
            exchange.Done.SetResult(balancer!.Exchange(sums, counts).Coefficients);
        }
        catch (Exception failure)
        {
            exchange.Done.SetException(new WorkerException($"Balancing failed: {failure.Message}"));
        }
    }

    private sealed record Exchange(long Round, double?[]?[] Sums, long[]?[] Counts, HashSet<int> Waited)
    {
        public TaskCompletionSource<double[]> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
