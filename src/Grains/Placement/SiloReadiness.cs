using System.Collections.Immutable;

namespace Actors.Grains.Placement;

/// <summary>What a silo found when it was asked whether a run can be on it.</summary>
/// <param name="Faults">What it lacks, a sentence each.</param>
/// <param name="Data">What it has of each shard's data that was asked for; those that could not be opened are left out.</param>
/// <param name="Weights">Digest of each modality's file of weights, [M]; null: none. Empty where one cannot be read.</param>
/// <param name="Costs">Of every module on every kind of device asked for; empty where there are faults, or nothing was to be measured.</param>
[GenerateSerializer, Immutable, Alias("Actors.SiloReadiness")]
internal sealed record SiloReadiness(
    [property: Id(0)] ImmutableArray<string> Faults,
    [property: Id(1)] ImmutableArray<ShardData> Data,
    [property: Id(3)] ImmutableArray<string?> Weights,
    [property: Id(2)] ImmutableArray<ModuleCost> Costs);
