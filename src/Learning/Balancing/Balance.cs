namespace Actors.Learning.Balancing;

/// <summary>Where the modalities stand at one step.</summary>
/// <param name="Scores">s, mean true-class probability, [M]; null where there is no unimodal prediction.</param>
/// <param name="Ratios">r, [M]; null where a score is missing.</param>
/// <param name="Coefficients">k, [M]; 1 where the method does not balance.</param>
public sealed record Balance(double[]? Scores, double[]? Ratios, double[] Coefficients);
