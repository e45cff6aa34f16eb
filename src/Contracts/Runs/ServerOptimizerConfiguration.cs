namespace Actors.Contracts.Runs;

/// <summary>How the mean of a round's participants becomes the next round's parameters.</summary>
[GenerateSerializer, Immutable, Alias("Actors.ServerOptimizerConfiguration")]
public sealed record ServerOptimizerConfiguration
{
    /// <summary>Name out of the catalog.</summary>
    [Id(0)] public required string Name { get; init; }

    /// <summary>η, &gt; 0.</summary>
    [Id(1)] public required double LearningRate { get; init; }

    /// <summary>Of <c>fedavgm</c>, in [0, 1).</summary>
    [Id(2)] public required double Momentum { get; init; }

    /// <summary>Of <c>fedadam</c>, in [0, 1).</summary>
    [Id(3)] public required double Beta1 { get; init; }

    /// <summary>Of <c>fedadam</c>, in [0, 1).</summary>
    [Id(4)] public required double Beta2 { get; init; }

    /// <summary>τ of <c>fedadam</c>, &gt; 0.</summary>
    [Id(5)] public required double Epsilon { get; init; }
}
