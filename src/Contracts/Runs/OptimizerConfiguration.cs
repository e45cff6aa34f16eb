namespace Actors.Contracts.Runs;

/// <summary>The optimiser of every module of a run.</summary>
[GenerateSerializer, Immutable, Alias("Actors.OptimizerConfiguration")]
public sealed record OptimizerConfiguration
{
    /// <summary>Optimiser by name: <c>sgd</c>, <c>adam</c>, <c>adamw</c>.</summary>
    [Id(0)] public required string Name { get; init; }

    [Id(1)] public required double LearningRate { get; init; }

    [Id(2)] public required double WeightDecay { get; init; }

    [Id(3)] public required double Momentum { get; init; }

    [Id(4)] public required bool Nesterov { get; init; }

    [Id(5)] public required double Beta1 { get; init; }

    [Id(6)] public required double Beta2 { get; init; }

    [Id(7)] public required double Epsilon { get; init; }
}
