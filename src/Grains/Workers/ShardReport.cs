using System.Collections.Immutable;

namespace Actors.Grains.Workers;

/// <summary>What the last step of a piece did on one shard.</summary>
[GenerateSerializer, Immutable, Alias("Actors.ShardReport")]
public sealed record ShardReport
{
    /// <summary>Samples of the step.</summary>
    [Id(0)] public required int SampleCount { get; init; }

    /// <summary>Of the fused output.</summary>
    [Id(1)] public required OutputSums Fused { get; init; }

    /// <summary>Of each modality's own output, [M]; null where there is none.</summary>
    [Id(2)] public required ImmutableArray<OutputSums?> Unimodal { get; init; }

    /// <summary>k, [M].</summary>
    [Id(3)] public required ImmutableArray<double> Coefficients { get; init; }

    /// <summary>Norm of each encoder's gradient, [M]; NaN before the last step of a piece, where nobody is told.</summary>
    [Id(4)] public required ImmutableArray<double> GradientNorms { get; init; }

    /// <summary>Learning rate of the step.</summary>
    [Id(5)] public required double LearningRate { get; init; }
}
