using Actors.Learning.Balancing;

namespace Actors.Learning.Training;

/// <summary>What one step did on one shard.</summary>
/// <param name="Fused">Of the fused output.</param>
/// <param name="SampleCount">B.</param>
/// <param name="Unimodal">Of each modality's own prediction, [M]; null where there is none.</param>
/// <param name="Balance">Scores, ratios and coefficients, over all shards.</param>
/// <param name="GradientNorms">Of each encoder, [M], after the reduction over shards, before ×k and clipping.</param>
public sealed record StepResult(
    OutputStatistics Fused,
    int SampleCount,
    IReadOnlyList<OutputStatistics?> Unimodal,
    Balance Balance,
    double[] GradientNorms);
