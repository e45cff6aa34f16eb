namespace Actors.Learning.Training;

/// <summary>What the predictions of one output did on one batch: sums, so that shards add up exactly.</summary>
/// <param name="LossSum">Sum of the cross-entropies, in nats.</param>
/// <param name="ScoreSum">Sum of the true classes' probabilities.</param>
/// <param name="CorrectCount">Samples predicted right.</param>
public readonly record struct OutputStatistics(double LossSum, double ScoreSum, long CorrectCount)
{
    /// <summary>Adds the sums of two shards.</summary>
    public static OutputStatistics operator +(OutputStatistics a, OutputStatistics b) =>
        new(a.LossSum + b.LossSum, a.ScoreSum + b.ScoreSum, a.CorrectCount + b.CorrectCount);
}
