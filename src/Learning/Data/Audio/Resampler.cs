namespace Actors.Learning.Data.Audio;

/// <summary>Changes the rate of a sound by a windowed sinc (Kaiser, β 12, 32 zero crossings to each side), band-limited to the lower rate.</summary>
internal static class Resampler
{
    private const int ZeroCrossings = 32;
    private const double Beta = 12;
    private const double Rolloff = 0.95; // leaves room for the filter's slope below half the rate

    /// <summary>The sound at another rate; the same array where the rates are equal.</summary>
    public static float[] Resample(float[] samples, int fromHz, int toHz)
    {
        if (fromHz == toHz)
        {
            return samples;
        }

        double cutoff = Rolloff * Math.Min(1, (double)toHz / fromHz);
        double reach = ZeroCrossings / cutoff;
        float[] result = new float[Math.Max(1, (int)((long)samples.Length * toHz / fromHz))];
        for (int i = 0; i < result.Length; i++)
        {
            double centre = (double)i * fromHz / toHz;
            int first = Math.Max(0, (int)Math.Ceiling(centre - reach));
            int last = Math.Min(samples.Length - 1, (int)Math.Floor(centre + reach));
            double sum = 0;
            for (int j = first; j <= last; j++)
            {
                double distance = (j - centre) * cutoff;
                sum += samples[j] * Sinc(distance) * Kaiser(distance / ZeroCrossings);
            }

            result[i] = (float)(sum * cutoff);
        }

        return result;
    }

    private static double Sinc(double x) => Math.Abs(x) < 1e-12 ? 1 : Math.Sin(Math.PI * x) / (Math.PI * x);

    private static double Kaiser(double x) => Bessel(Beta * Math.Sqrt(Math.Max(0, 1 - (x * x)))) / Bessel(Beta);

    /// <summary>Modified Bessel function of order 0, by its series.</summary>
    private static double Bessel(double x)
    {
        double sum = 1, term = 1;
        for (int k = 1; term > 1e-12 * sum; k++)
        {
            term *= x / (2 * k) * (x / (2 * k));
            sum += term;
        }

        return sum;
    }
}
