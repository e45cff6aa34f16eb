using System.Collections.Immutable;
using Actors.Contracts.Runs;
using Actors.Grains.Runs;
using Actors.Grains.Workers;

namespace Actors.Grains.Federation;

/// <summary>The aggregators of a generation, as whoever conducts its rounds orders them. Used from one grain's turns.</summary>
internal sealed class RoundAggregators(RunWorkers workers, WorkerCalls calls, RunConfiguration configuration)
{
    /// <summary>Those that hold the modules, [M + 1] by segment; none before Prepare.</summary>
    public ImmutableArray<ImmutableArray<IAggregatorGrain>> All { get; private set; } = [];

    /// <summary>Makes them; the workers have the parameters that training begins with.</summary>
    /// <param name="round">The round that comes next.</param>
    /// <param name="checkpointFolder">A checkpoint to go on from; null: begins anew.</param>
    public Task PrepareAsync(long round, string? checkpointFolder)
    {
        All = workers.Aggregators();
        return OrderAsync((aggregator, module, segment) => aggregator.PrepareAsync(
            new AggregatorOrder
            {
                Configuration = configuration,
                Module = workers.ModuleName(module),
                Segment = segment,
                IsStatistics = workers.Segments[module][segment],
            },
            round,
            workers.Worker(0, module),
            checkpointFolder));
    }

    /// <summary>
    /// Adds up what was given. Where a shard was lost since, all modules go without it: it is in with all of them or with none.
    /// </summary>
    /// <exception cref="WorkerException">Fewer than the minimum are left: that is the loss of the run's generation.</exception>
    public async Task AddAsync(long round, OpenRound open, int minimum)
    {
        while (true)
        {
            LostContribution[][] missing = await Task.WhenAll(All.SelectMany((segments, module) =>
            {
                Contribution[] given =
                [
                    .. open.Given.Select(
                        shard => new Contribution(shard.Key, workers.Worker(shard.Key, module), shard.Value.Weights[module])),
                ];
                return segments.Select(aggregator => calls.OrderAsync(aggregator, a => a.AddAsync(round, given)));
            }));
            if (missing.All(lost => lost.Length == 0))
            {
                return;
            }

            foreach (LostContribution one in missing.SelectMany(lost => lost).DistinctBy(one => one.Shard))
            {
                string cause = $"Shard {one.Shard} was lost before what it learnt in round {round} was added: {one.Cause}";
                open.Lose(
                    one.Shard,
                    new WorkerException(cause, isLost: true) { Unreachable = one.Unreachable, FailedDevice = one.FailedDevice });
            }

            if (open.Given.Count < minimum)
            {
                string causes = string.Join(" ", open.Lost.Values.Select(failure => failure.Message));
                throw new WorkerException(
                    $"Round {round} needs {minimum} shards, but {open.Given.Count} are left: {causes}", isLost: true);
            }
        }
    }

    /// <summary>Has all take the step of a round that was added up.</summary>
    public Task ApplyAsync(long round) => OrderAsync((aggregator, _, _) => aggregator.ApplyAsync(round));

    /// <summary>Has them write their share of a checkpoint.</summary>
    public Task SaveAsync(string draftFolder) => OrderAsync((aggregator, _, _) => aggregator.SaveAsync(draftFolder));

    /// <summary>Disposes what they have.</summary>
    public Task ReleaseAsync() => Task.WhenAll(All.SelectMany(module => module).Select(one => calls.TellAsync(one, a => a.ReleaseAsync())));

    private Task OrderAsync(Func<IAggregatorGrain, int, int, Task> work) => Task.WhenAll(All.SelectMany((segments, module) =>
        segments.Select((aggregator, segment) => calls.OrderAsync(aggregator, a => work(a, module, segment)))));
}
