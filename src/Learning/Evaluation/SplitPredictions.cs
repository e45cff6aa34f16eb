namespace Actors.Learning.Evaluation;

/// <summary>What every output predicted for the samples of a split, in the split's order.</summary>
/// <param name="Ids">Sample ids, [N].</param>
/// <param name="Labels">True classes, [N].</param>
/// <param name="Fused">Of the fusion.</param>
/// <param name="Unimodal">Of each modality by name, in the run's order; null where it has no prediction of its own.</param>
public sealed record SplitPredictions(
    IReadOnlyList<string> Ids,
    IReadOnlyList<int> Labels,
    OutputPredictions Fused,
    IReadOnlyList<KeyValuePair<string, OutputPredictions?>> Unimodal);
