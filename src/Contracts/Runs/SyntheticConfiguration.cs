using System.Collections.Immutable;

namespace Actors.Contracts.Runs;

/// <summary>How the made-up data of <c>synthetic</c> looks.</summary>
[GenerateSerializer, Immutable, Alias("Actors.SyntheticConfiguration")]
public sealed record SyntheticConfiguration
{
    /// <summary>Standard deviation of the noise on each modality (m0, m1, …), around class means of unit variance.</summary>
    [Id(0)] public required ImmutableArray<double> Noise { get; init; }

    /// <summary>Height and width of every modality's one channel, ≥ 8.</summary>
    [Id(1)] public required int Size { get; init; }

    /// <summary>Classes, ≥ 2.</summary>
    [Id(2)] public required int Classes { get; init; }

    /// <summary>Samples of the training split; validation and test have a quarter each.</summary>
    [Id(3)] public required int Samples { get; init; }
}
