namespace Actors.Learning.Federation;

/// <summary>How the mean of a round's participants becomes the next round's parameters. Fields an optimiser does not know are ignored.</summary>
public sealed record ServerOptimizerOptions
{
    /// <summary>One of <see cref="ServerOptimizers.Names"/>. Default: fedavg.</summary>
    public string Name { get; init; } = ServerOptimizers.FedAvg;

    /// <summary>η, &gt; 0. Default: 1, with which <c>fedavg</c> is the mean itself.</summary>
    public double LearningRate { get; init; } = 1;

    /// <summary>Momentum of <c>fedavgm</c>, in [0, 1). Default: 0.9.</summary>
    public double Momentum { get; init; } = 0.9;

    /// <summary>Decay of the first moment of <c>fedadam</c>, in [0, 1). Default: 0.9.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Decay of the second moment of <c>fedadam</c>, in [0, 1). Default: 0.99.</summary>
    public double Beta2 { get; init; } = 0.99;

    /// <summary>τ of <c>fedadam</c>, &gt; 0: added to the root of the second moment, which begins at τ². Default: 1e-3.</summary>
    public double Epsilon { get; init; } = 1e-3;
}
