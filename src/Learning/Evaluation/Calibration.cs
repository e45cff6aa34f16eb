namespace Actors.Learning.Evaluation;

/// <summary>How far confidence is from accuracy.</summary>
/// <param name="Error">ECE = Σ n_b/N · |accuracy_b − confidence_b|, in [0, 1].</param>
/// <param name="Bins">Bins of equal width over [0, 1].</param>
/// <remarks>Guo et al. 2017, arXiv 1706.04599, with 15 bins [lower, upper), as the paper's code; a confidence of 1 falls in the last.</remarks>
public sealed record Calibration(double Error, IReadOnlyList<CalibrationBin> Bins)
{
    /// <summary>Bins of the paper's code.</summary>
    public const int BinCount = 15;

    /// <summary>Calibration of a whole split.</summary>
    /// <param name="labels">True classes, [N].</param>
    /// <param name="predictions">Predictions, [N].</param>
    public static Calibration Of(IReadOnlyList<int> labels, OutputPredictions predictions)
    {
        var counts = new long[BinCount];
        var correct = new long[BinCount];
        var confidence = new double[BinCount];
        for (int i = 0; i < labels.Count; i++)
        {
            int bin = Math.Clamp((int)(predictions.Confidence[i] * BinCount), 0, BinCount - 1);
            counts[bin]++;
            correct[bin] += labels[i] == predictions.Predicted[i] ? 1 : 0;
            confidence[bin] += predictions.Confidence[i];
        }

        CalibrationBin[] bins = [.. counts.Select((count, b) =>
            count == 0 ? new CalibrationBin(0, 0, 0) : new CalibrationBin(count, confidence[b] / count, (double)correct[b] / count))];
        return new Calibration(bins.Sum(b => b.Count * Math.Abs(b.Accuracy - b.Confidence)) / labels.Count, bins);
    }
}
