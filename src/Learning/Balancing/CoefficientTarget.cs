namespace Actors.Learning.Balancing;

/// <summary>What the coefficients k multiply.</summary>
public enum CoefficientTarget
{
    /// <summary>The gradient, before clipping and the optimiser: what the paper's code does.</summary>
    Gradient,

    /// <summary>The optimiser's update: k as a learning-rate factor, what the paper says.</summary>
    Update,
}
