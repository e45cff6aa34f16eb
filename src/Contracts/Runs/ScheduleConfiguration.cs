namespace Actors.Contracts.Runs;

/// <summary>The learning-rate schedule of a run, per step.</summary>
[GenerateSerializer, Immutable, Alias("Actors.ScheduleConfiguration")]
public sealed record ScheduleConfiguration
{
    /// <summary>Schedule by name: <c>constant</c>, <c>step</c>, <c>cosine</c>, <c>cosine-restarts</c>.</summary>
    [Id(0)] public required string Name { get; init; }

    /// <summary>Steps over which the rate first rises linearly from 0 (exclusive), ≥ 0. Default: 0.</summary>
    [Id(1)] public required long WarmupSteps { get; init; }

    /// <summary><c>step</c>: steps between two drops, ≥ 1; without a default there, and 0 elsewhere.</summary>
    [Id(2)] public required long EverySteps { get; init; }

    /// <summary><c>step</c>: factor of each drop, in (0, 1]. Default: 0.1.</summary>
    [Id(3)] public required double Gamma { get; init; }

    /// <summary><c>cosine</c>, <c>cosine-restarts</c>: the least factor, in [0, 1]. Default: 0.</summary>
    [Id(4)] public required double MinimumFactor { get; init; }

    /// <summary><c>cosine-restarts</c>: steps at the full rate before the first cosine, ≥ 0. Default: 0.</summary>
    [Id(5)] public required long HoldSteps { get; init; }

    /// <summary><c>cosine-restarts</c>: T_0, steps of the first cycle, ≥ 1. Default: 4.</summary>
    [Id(6)] public required long CycleSteps { get; init; }

    /// <summary><c>cosine-restarts</c>: T_mult, how many times longer each next cycle is, ≥ 1. Default: 2.</summary>
    [Id(7)] public required int CycleFactor { get; init; }
}
