namespace Actors.Learning.Balancing;

/// <summary>r_i: the mean score of the other modalities over modality i's own (eq. 5). Above 1, modality i is behind.</summary>
public static class DiscrepancyRatio
{
    /// <summary>Fills in the ratios.</summary>
    /// <param name="scores">s [M], each ≥ 0; a common factor changes nothing.</param>
    /// <param name="ratios">
    /// Receives r [M]. With M = 1, and where a score and all others are 0, it is 1: nobody is behind. A score of 0 beside others gives +∞,
    /// which tanh turns into the greatest coefficient.
    /// </param>
    /// <exception cref="ArgumentException">The spans differ in length, or a score is negative or not a number.</exception>
    public static void Fill(ReadOnlySpan<double> scores, Span<double> ratios)
    {
        if (scores.Length != ratios.Length || scores.Length == 0)
        {
            throw new ArgumentException($"Scores and ratios must have one entry per modality, but have {scores.Length} and {ratios.Length}.");
        }

        foreach (double score in scores)
        {
            if (!(score >= 0) || double.IsInfinity(score))
            {
                throw new ArgumentException(
                    $"A score must be a finite number >= 0, but is {score}. "
                    + "A modality's loss has probably diverged: lower the learning rate or clip gradients.");
            }
        }

        for (int i = 0; i < scores.Length; i++)
        {
            double others = 0; // summed anew for each i: total − s_i would lose small scores beside large ones
            for (int j = 0; j < scores.Length; j++)
            {
                others += j == i ? 0 : scores[j];
            }

            others /= Math.Max(1, scores.Length - 1);
            ratios[i] = scores.Length == 1 || (others == 0 && scores[i] == 0) ? 1 : others / scores[i];
        }
    }
}
