using System.Collections.Immutable;

namespace Actors.Contracts.Runs;

/// <summary>Where a run computes.</summary>
[GenerateSerializer, Immutable, Alias("Actors.PlacementConfiguration")]
public sealed record PlacementConfiguration
{
    /// <summary>Devices by name, <c>cpu:0</c>, <c>cuda:1</c>; workers take them in turn. At least one.</summary>
    [Id(0)] public required ImmutableArray<string> Devices { get; init; }

    /// <summary>Torch threads of one CPU device, ≥ 1. Another number gives other bits.</summary>
    [Id(1)] public required int ThreadsPerDevice { get; init; }
}
