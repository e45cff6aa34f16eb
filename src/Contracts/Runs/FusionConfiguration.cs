namespace Actors.Contracts.Runs;

/// <summary>The fusion of a run.</summary>
[GenerateSerializer, Immutable, Alias("Actors.FusionConfiguration")]
public sealed record FusionConfiguration
{
    /// <summary>Fusion by name: <c>late-linear</c>, <c>mid-mlp</c>.</summary>
    [Id(0)] public required string Name { get; init; }

    [Id(1)] public required int Hidden { get; init; }

    [Id(2)] public required double Dropout { get; init; }
}
