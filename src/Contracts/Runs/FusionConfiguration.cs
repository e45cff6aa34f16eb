namespace Actors.Contracts.Runs;

/// <summary>The fusion of a run.</summary>
[GenerateSerializer, Immutable, Alias("Actors.FusionConfiguration")]
public sealed record FusionConfiguration
{
    /// <summary>Fusion by name: <c>late-linear</c>, <c>mid-mlp</c>.</summary>
    [Id(0)] public required string Name { get; init; }

    /// <summary><c>mid-mlp</c>: hidden width, ≥ 1. Default: 64.</summary>
    [Id(1)] public required int Hidden { get; init; }

    /// <summary><c>mid-mlp</c>: dropout probability, in [0, 1). Default: 0.1.</summary>
    [Id(2)] public required double Dropout { get; init; }
}
