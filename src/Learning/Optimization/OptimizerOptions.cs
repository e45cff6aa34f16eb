namespace Actors.Learning.Optimization;

/// <summary>How parameters are updated. Fields an optimiser does not know are ignored.</summary>
public sealed record OptimizerOptions
{
    /// <summary>One of <see cref="Optimizers.Names"/>.</summary>
    public required string Name { get; init; }

    /// <summary>Base learning rate η, &gt; 0; a schedule multiplies it.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Weight decay, ≥ 0: coupled (L2) in <c>sgd</c> and <c>adam</c>, decoupled in <c>adamw</c>. Default: 0.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Momentum of <c>sgd</c>, in [0, 1). Default: 0.</summary>
    public double Momentum { get; init; }

    /// <summary>Nesterov's form of the momentum of <c>sgd</c>. Default: false.</summary>
    public bool Nesterov { get; init; }

    /// <summary>Decay of the first moment, in [0, 1). Default: 0.9.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Decay of the second moment, in [0, 1). Default: 0.999.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Added to the root of the second moment, &gt; 0. Default: 1e-8.</summary>
    public double Epsilon { get; init; } = 1e-8;
}
