namespace Actors.Learning.Evaluation;

/// <summary>Samples of similar confidence.</summary>
/// <param name="Count">How many.</param>
/// <param name="Confidence">Their mean confidence; 0 where there are none.</param>
/// <param name="Accuracy">Part of them predicted right; 0 where there are none.</param>
public sealed record CalibrationBin(long Count, double Confidence, double Accuracy);
