namespace Actors.Learning.Evaluation;

/// <summary>Where a multimodal run is right, by which of the separately trained unimodal runs are.</summary>
/// <param name="Modalities">Names, [M].</param>
/// <param name="Right">
/// Percent of all samples that the multimodal run got right, by column [2^M]; bit i of a column is set where unimodal run i was right.
/// </param>
/// <param name="Wrong">Percent it got wrong, by column [2^M]. All cells add up to 100.</param>
/// <remarks>Source: arXiv 2405.07930, figure 4 (two modalities there).</remarks>
public sealed record AgreementMatrix(IReadOnlyList<string> Modalities, double[] Right, double[] Wrong)
{
    /// <summary>Compares predictions sample by sample.</summary>
    /// <param name="multimodal">Of the multimodal run.</param>
    /// <param name="unimodal">Fused predictions of each unimodal run, by modality.</param>
    /// <exception cref="ArgumentException">A run predicted other samples; names the first.</exception>
    public static AgreementMatrix Of(SplitPredictions multimodal, IReadOnlyList<KeyValuePair<string, SplitPredictions>> unimodal)
    {
        foreach ((string modality, SplitPredictions predictions) in unimodal)
        {
            CheckAlignment(multimodal, modality, predictions);
        }

        int count = multimodal.Ids.Count;
        var right = new long[1 << unimodal.Count];
        var wrong = new long[1 << unimodal.Count];
        for (int row = 0; row < count; row++)
        {
            int label = multimodal.Labels[row];
            int column = 0;
            for (int i = 0; i < unimodal.Count; i++)
            {
                column |= unimodal[i].Value.Fused.Predicted[row] == label ? 1 << i : 0;
            }

            (multimodal.Fused.Predicted[row] == label ? right : wrong)[column]++;
        }

        return new AgreementMatrix(
            [.. unimodal.Select(u => u.Key)], [.. right.Select(n => 100.0 * n / count)], [.. wrong.Select(n => 100.0 * n / count)]);
    }

    /// <summary>Name of a column: which unimodal runs are right.</summary>
    public string Column(int column)
    {
        string[] right = [.. Modalities.Where((_, i) => (column & (1 << i)) != 0)];
        return right.Length == 0 ? "none right" : right.Length == Modalities.Count ? "all right" : $"only {string.Join(", ", right)}";
    }

    /// <summary>
    /// Part of a column that the multimodal run got right, in [0, 1]; null for an empty column. Column 0 is synergy, the last coexistence, the others cues.
    /// </summary>
    public double? Kept(int column) => Right[column] + Wrong[column] == 0 ? null : Right[column] / (Right[column] + Wrong[column]);

    private static void CheckAlignment(SplitPredictions expected, string modality, SplitPredictions found)
    {
        if (expected.Ids.Count != found.Ids.Count)
        {
            throw new ArgumentException(
                $"Runs must predict the same samples, but the run of '{modality}' has {found.Ids.Count} and the multimodal {expected.Ids.Count}. "
                + "Train both on the same data.");
        }

        for (int row = 0; row < expected.Ids.Count; row++)
        {
            if (expected.Ids[row] != found.Ids[row] || expected.Labels[row] != found.Labels[row])
            {
                throw new ArgumentException(
                    $"Runs must predict the same samples, but row {row} is '{found.Ids[row]}' in the run of '{modality}' "
                    + $"and '{expected.Ids[row]}' in the multimodal. Train both with the same data settings and data.seed.");
            }
        }
    }
}
