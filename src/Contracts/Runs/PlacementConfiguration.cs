using System.Collections.Immutable;

namespace Actors.Contracts.Runs;

/// <summary>Where a run computes.</summary>
[GenerateSerializer, Immutable, Alias("Actors.PlacementConfiguration")]
public sealed record PlacementConfiguration
{
    /// <summary>Devices by name, <c>cpu:0</c>, <c>cuda:1</c>, that may be used. Empty: those that the silos offer.</summary>
    [Id(0)] public required ImmutableArray<string> Devices { get; init; }

    /// <summary>Torch threads of one CPU device, ≥ 1. Another number gives other bits.</summary>
    [Id(1)] public required int ThreadsPerDevice { get; init; }

    /// <summary>The label that the silos of each shard must have, <c>KEY=VALUE</c>, [D]; empty: any silo does. A console's own silo has every label.</summary>
    [Id(2)] public ImmutableArray<string> Sites { get; init; } = [];
}
