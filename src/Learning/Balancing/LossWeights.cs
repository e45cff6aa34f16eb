namespace Actors.Learning.Balancing;

/// <summary>Weights of the M + 1 cross-entropies in the loss.</summary>
/// <param name="Multimodal">Weight of the fused output's loss, ≥ 0.</param>
/// <param name="Unimodal">Weight of each unimodal head's loss, [M], each ≥ 0; 0 leaves the head untrained.</param>
public sealed record LossWeights(double Multimodal, IReadOnlyList<double> Unimodal);
