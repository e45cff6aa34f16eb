namespace Actors.Learning.Evaluation;

/// <summary>How well predictions fit the labels of a whole split.</summary>
public static class ClassificationMetrics
{
    /// <summary>Part of the samples predicted right, in [0, 1].</summary>
    public static double Accuracy(IReadOnlyList<int> labels, IReadOnlyList<int> predicted)
    {
        Check(labels, predicted);
        return labels.Zip(predicted, (label, prediction) => label == prediction ? 1L : 0).Sum() / (double)labels.Count;
    }

    /// <summary>Samples of each true class (row) predicted as each class (column), [C, C].</summary>
    public static long[,] Confusion(IReadOnlyList<int> labels, IReadOnlyList<int> predicted, int classCount)
    {
        Check(labels, predicted);
        long[,] counts = new long[classCount, classCount];
        for (int i = 0; i < labels.Count; i++)
        {
            counts[labels[i], predicted[i]]++;
        }

        return counts;
    }

    /// <summary>Unweighted mean over all C classes of F1 = 2TP / (2TP + FP + FN); a class that is neither there nor predicted counts 0.</summary>
    public static double MacroF1(IReadOnlyList<int> labels, IReadOnlyList<int> predicted, int classCount)
    {
        long[,] confusion = Confusion(labels, predicted, classCount);
        double sum = 0;
        for (int c = 0; c < classCount; c++)
        {
            long row = 0, column = 0;
            for (int other = 0; other < classCount; other++)
            {
                row += confusion[c, other];
                column += confusion[other, c];
            }

            sum += row + column == 0 ? 0 : 2.0 * confusion[c, c] / (row + column);
        }

        return sum / classCount;
    }

    /// <summary>Mean cross-entropy, in nats, added in the order of the samples.</summary>
    public static double MeanLoss(OutputPredictions predictions) => predictions.Losses.Sum(loss => (double)loss) / predictions.Losses.Length;

    private static void Check(IReadOnlyList<int> labels, IReadOnlyList<int> predicted)
    {
        if (labels.Count != predicted.Count || labels.Count == 0)
        {
            throw new ArgumentException($"There must be one prediction per label and at least one, but there are {predicted.Count} and {labels.Count}.");
        }
    }
}
