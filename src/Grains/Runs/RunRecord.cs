using System.Collections.Immutable;
using Actors.Contracts.Runs;

namespace Actors.Grains.Runs;

/// <summary>What a run grain must not forget; outlives the silo that conducts the run, and the cluster.</summary>
[GenerateSerializer, Alias("Actors.RunRecord")]
internal sealed record RunRecord
{
    /// <summary>
    /// The newest generation, 0 before the first; it is in the key of every worker, so that those left elsewhere are never taken for new ones.
    /// </summary>
    [Id(0)] public int Generation { get; set; }

    /// <summary>What is run; null before the first start.</summary>
    [Id(1)] public RunOrder? Order { get; set; }

    /// <summary>How it ended; null while it goes on.</summary>
    [Id(2)] public RunSnapshot? Last { get; set; }

    /// <summary>What somebody wants of it; outlives the silo that heard it.</summary>
    [Id(3)] public StopRequest Stop { get; set; }

    /// <summary>Generations in a row that were lost without a new checkpoint.</summary>
    [Id(4)] public int Losses { get; set; }

    /// <summary>Why the first of them was lost.</summary>
    [Id(5)] public string? FirstCause { get; set; }

    /// <summary>Step of the newest checkpoint when the last of them was lost.</summary>
    [Id(6)] public long Progress { get; set; }

    /// <summary>Where the workers of the newest generation that was placed are.</summary>
    [Id(7)] public ImmutableArray<WorkerPlace> Places { get; set; } = [];

    /// <summary>That generation.</summary>
    [Id(8)] public int PlacedGeneration { get; set; }

    /// <summary>Which devices generations were lost with, as <c>ip:port/cuda:0</c>.</summary>
    [Id(9)] public Dictionary<string, DeviceBlame> Blames { get; set; } = [];

    /// <summary>True while the run moves away from a silo that leaves: nothing was lost.</summary>
    [Id(10)] public bool IsMoving { get; set; }

    /// <summary>Losses since the run was first started: of generations, and of silos that rounds went on without.</summary>
    [Id(11)] public long AllLosses { get; set; }

    /// <summary>Which of the run's activations wrote this.</summary>
    [Id(12)] public string? Activation { get; set; }

    /// <summary>Where the balancer and the aggregators of the newest generation that was placed are: they stay when shards move.</summary>
    [Id(13)] public string? BalancerSilo { get; set; }

    /// <summary>True where the run should be under way: it was begun in the cluster and has not ended.</summary>
    public bool IsUnfinished => Order is { Registered: true } && Last is null;

    /// <summary>The record of a run that somebody starts: another generation, and nothing asked of it or lost yet.</summary>
    public RunRecord Begun(RunOrder order) => this with
    {
        Generation = Generation + 1,
        Order = order,
        Last = null,
        Stop = StopRequest.None,
        Losses = 0,
        FirstCause = null,
        Progress = 0,
    };

    /// <summary>Counts a generation that was lost; in a row with those before, where it came to no new checkpoint.</summary>
    /// <param name="newest">Step of the newest checkpoint.</param>
    /// <param name="cause">Why it was lost.</param>
    public void CountLoss(long newest, string cause)
    {
        if (newest > Progress)
        {
            (Progress, Losses, FirstCause) = (newest, 0, null);
        }

        Losses++;
        AllLosses++;
        FirstCause ??= cause;
    }
}
