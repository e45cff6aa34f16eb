namespace Actors.Learning.Balancing;

/// <summary>Turns the scores of all shards into coefficients; the mathematics behind the balancer grain.</summary>
public sealed class Balancer
{
    private readonly int modalityCount;

    /// <summary>Makes the balancer of a run.</summary>
    /// <param name="options">The balancing method.</param>
    /// <param name="modalityCount">M ≥ 1.</param>
    public Balancer(MethodOptions options, int modalityCount)
    {
        this.modalityCount = modalityCount;
        Method = BalancingMethods.Create(options, modalityCount);
    }

    /// <summary>The method.</summary>
    public IBalancingMethod Method { get; }

    /// <summary>The coefficients of one step.</summary>
    /// <param name="scoreSums">Sum of the true-class probabilities over the samples of all shards, [M]; null where there is no unimodal prediction.</param>
    /// <param name="sampleCounts">
    /// Samples behind each sum, [M]; a modality without samples this step (0) is left out: its k is 1 and it moves nobody else's.
    /// </param>
    public Balance Exchange(IReadOnlyList<double?> scoreSums, IReadOnlyList<long> sampleCounts)
    {
        double[] coefficients = new double[modalityCount];
        Array.Fill(coefficients, 1);
        if (scoreSums.Any(sum => sum is null))
        {
            return Method.UsesCoefficients
                ? throw new InvalidOperationException(
                    $"Method '{Method.Name}' needs a score of every modality, but some have no unimodal prediction. "
                    + "Use a method that trains unimodal heads, or fusion late-linear.")
                : new Balance(null, null, coefficients);
        }

        int[] present = [.. Enumerable.Range(0, modalityCount).Where(i => sampleCounts[i] > 0)];
        double[] scores = new double[modalityCount];
        double[] ratios = new double[modalityCount];
        Array.Fill(ratios, 1);
        foreach (int i in present)
        {
            scores[i] = scoreSums[i]!.Value / sampleCounts[i];
        }

        if (present.Length > 0)
        {
            double[] ofPresent = [.. present.Select(i => scores[i])];
            double[] ratiosOfPresent = new double[present.Length];
            double[] coefficientsOfPresent = new double[present.Length];
            DiscrepancyRatio.Fill(ofPresent, ratiosOfPresent);
            Method.Coefficients(ofPresent, coefficientsOfPresent);
            for (int p = 0; p < present.Length; p++)
            {
                (ratios[present[p]], coefficients[present[p]]) = (ratiosOfPresent[p], coefficientsOfPresent[p]);
            }
        }

        return new Balance(scores, ratios, coefficients);
    }
}
