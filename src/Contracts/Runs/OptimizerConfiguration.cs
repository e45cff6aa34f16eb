namespace Actors.Contracts.Runs;

/// <summary>The optimiser of every module of a run.</summary>
[GenerateSerializer, Immutable, Alias("Actors.OptimizerConfiguration")]
public sealed record OptimizerConfiguration
{
    /// <summary>Optimiser by name: <c>sgd</c>, <c>adam</c>, <c>adamw</c>.</summary>
    [Id(0)] public required string Name { get; init; }

    /// <summary>η, &gt; 0; the schedule multiplies it. Default: 0.05 of <c>sgd</c>, 0.001 of the others.</summary>
    [Id(1)] public required double LearningRate { get; init; }

    /// <summary>≥ 0: coupled (L2) in <c>sgd</c> and <c>adam</c>, decoupled in <c>adamw</c>. Default: 0.</summary>
    [Id(2)] public required double WeightDecay { get; init; }

    /// <summary><c>sgd</c>: in [0, 1). Default: 0.9.</summary>
    [Id(3)] public required double Momentum { get; init; }

    /// <summary><c>sgd</c>: Nesterov's form of the momentum, which must not be 0 then. Default: false.</summary>
    [Id(4)] public required bool Nesterov { get; init; }

    /// <summary><c>adam</c>, <c>adamw</c>: decay of the first moment, in [0, 1). Default: 0.9.</summary>
    [Id(5)] public required double Beta1 { get; init; }

    /// <summary><c>adam</c>, <c>adamw</c>: decay of the second moment, in [0, 1). Default: 0.999.</summary>
    [Id(6)] public required double Beta2 { get; init; }

    /// <summary><c>adam</c>, <c>adamw</c>: added to the root of the second moment, &gt; 0. Default: 1e-8.</summary>
    [Id(7)] public required double Epsilon { get; init; }
}
