namespace Actors.Contracts.Runs;

/// <summary>The learning-rate schedule of a run, per step.</summary>
[GenerateSerializer, Immutable, Alias("Actors.ScheduleConfiguration")]
public sealed record ScheduleConfiguration
{
    /// <summary>Schedule by name: <c>constant</c>, <c>step</c>, <c>cosine</c>, <c>cosine-restarts</c>.</summary>
    [Id(0)] public required string Name { get; init; }

    [Id(1)] public required long WarmupSteps { get; init; }

    [Id(2)] public required long EverySteps { get; init; }

    [Id(3)] public required double Gamma { get; init; }

    [Id(4)] public required double MinimumFactor { get; init; }

    [Id(5)] public required long HoldSteps { get; init; }

    [Id(6)] public required long CycleSteps { get; init; }

    [Id(7)] public required int CycleFactor { get; init; }
}
