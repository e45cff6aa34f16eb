using System.Collections.Immutable;

namespace Actors.Contracts.Runs;

/// <summary>The plan of a run, or why there is none.</summary>
[GenerateSerializer, Immutable, Alias("Actors.RunPlan")]
public sealed record RunPlan
{
    /// <summary>By shard: its encoders in the order of the modalities, then its fusion. Empty where there are faults.</summary>
    [Id(0)] public required ImmutableArray<WorkerPlace> Workers { get; init; }

    /// <summary>The same for people, a line each.</summary>
    [Id(1)] public required ImmutableArray<string> Lines { get; init; }

    /// <summary>Everything that keeps the run from starting, a sentence each; empty where there is a plan.</summary>
    [Id(2)] public required ImmutableArray<string> Faults { get; init; }
}
