using Actors.Learning.Fusion;

namespace Actors.Learning.Balancing;

/// <summary>Decides what is learnt from and how fast each modality learns.</summary>
/// <remarks>
/// The balancer and every worker make their own from the run's options, and so must find the same in it. Coefficients are asked of the balancer's alone.
/// </remarks>
public interface IBalancingMethod
{
    /// <summary>Name it is chosen by in the configuration; one of <see cref="BalancingMethods.Names"/>.</summary>
    string Name { get; }

    /// <summary>Weights of the losses, of the whole run: a worker reads them once, when it is made.</summary>
    LossWeights Losses { get; }

    /// <summary>The fusion that the method trains with: the run's own, where the method does not need another.</summary>
    /// <param name="configured">The run's.</param>
    FusionOptions Fusion(FusionOptions configured) => configured;

    /// <summary>True where training needs <see cref="Coefficients"/> of every step; false leaves every k at 1 without asking.</summary>
    bool UsesCoefficients { get; }

    /// <summary>What the coefficients multiply.</summary>
    CoefficientTarget Target { get; }

    /// <summary>The coefficients for this step's scores.</summary>
    /// <param name="scores">Mean true-class probability of each modality over the samples of all shards, [M], each in [0, 1].</param>
    /// <param name="coefficients">Receives k, [M].</param>
    void Coefficients(ReadOnlySpan<double> scores, Span<double> coefficients);
}
