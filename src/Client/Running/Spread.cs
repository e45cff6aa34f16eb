using Actors.Client.Display;

namespace Actors.Client.Running;

/// <summary>Mean and spread of one figure over runs.</summary>
/// <param name="Mean">Arithmetic mean.</param>
/// <param name="Std">Sample standard deviation (n − 1); null for a single run.</param>
/// <param name="Count">Runs counted.</param>
internal sealed record Spread(double Mean, double? Std, int Count)
{
    /// <summary>Over the values that are there; null where none is.</summary>
    public static Spread? Of(IEnumerable<double?> values)
    {
        double[] known = [.. values.OfType<double>()];
        if (known.Length == 0)
        {
            return null;
        }

        double mean = known.Average();
        return new Spread(mean, known.Length == 1 ? null : Math.Sqrt(known.Sum(value => (value - mean) * (value - mean)) / (known.Length - 1)), known.Length);
    }

    /// <summary>As per cent: <c>84.10 ± 0.72</c>.</summary>
    public string AsPercent() => Std is null ? Figures.Percent(Mean) : $"{Figures.Percent(Mean)} ± {Figures.Percent(Std)}";
}
