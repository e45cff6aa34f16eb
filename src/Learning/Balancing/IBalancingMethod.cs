namespace Actors.Learning.Balancing;

/// <summary>Decides what is learnt from and how fast each modality learns. One instance per run, in the balancer.</summary>
public interface IBalancingMethod
{
    /// <summary>Name it is chosen by in the configuration; one of <see cref="BalancingMethods.Names"/>.</summary>
    string Name { get; }

    /// <summary>Weights of the losses for the coming step.</summary>
    LossWeights Losses { get; }

    /// <summary>True where training needs <see cref="Coefficients"/> of every step; false leaves every k at 1 without asking.</summary>
    bool UsesCoefficients { get; }

    /// <summary>What the coefficients multiply.</summary>
    CoefficientTarget Target { get; }

    /// <summary>The coefficients for this step's scores.</summary>
    /// <param name="scores">Mean true-class probability of each modality over the samples of all shards, [M], each in [0, 1].</param>
    /// <param name="coefficients">Receives k, [M].</param>
    void Coefficients(ReadOnlySpan<double> scores, Span<double> coefficients);
}
