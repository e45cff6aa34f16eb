namespace Actors.Learning.Optimization;

/// <summary>How the learning rate changes, per step.</summary>
public sealed record ScheduleOptions
{
    /// <summary>One of <see cref="Schedules.Names"/>. Default: constant.</summary>
    public string Name { get; init; } = "constant";

    /// <summary>Steps over which the rate rises linearly from 0 (exclusive) to its full value first, ≥ 0. Default: 0.</summary>
    public long WarmupSteps { get; init; }

    /// <summary><c>step</c>: steps between two drops, ≥ 1.</summary>
    public long EverySteps { get; init; }

    /// <summary><c>step</c>: factor of each drop, in (0, 1]. Default: 0.1.</summary>
    public double Gamma { get; init; } = 0.1;

    /// <summary><c>cosine</c>, <c>cosine-restarts</c>: the least factor, in [0, 1]. Default: 0.</summary>
    public double MinimumFactor { get; init; }

    /// <summary><c>cosine-restarts</c>: constant steps before the first cosine (the paper's code: 780 or 1,500), ≥ 0. Default: 0.</summary>
    public long HoldSteps { get; init; }

    /// <summary><c>cosine-restarts</c>: T_0, steps of the first cycle, ≥ 1. Default: 4, as the paper's code.</summary>
    public long CycleSteps { get; init; } = 4;

    /// <summary><c>cosine-restarts</c>: T_mult, how many times longer each next cycle is, ≥ 1. Default: 2, as the paper's code.</summary>
    public int CycleFactor { get; init; } = 2;
}
