using System.Numerics;

namespace Actors.Learning.Data.Audio;

/// <summary>Changes the sample rate with a sinc under a Kaiser window; before and after the sound there is silence.</summary>
/// <remarks>
/// J. O. Smith, "Digital Audio Resampling". 64 zero crossings and β = 14 keep the passband flat to 1e-4 up to 0.93 of the lower Nyquist frequency.
/// </remarks>
internal static class Resampler
{
    private const int ZeroCrossings = 64;
    private const double Beta = 14;
    private const double Rolloff = 0.965;

    /// <summary>Resamples the start of a sound.</summary>
    /// <param name="input">Samples.</param>
    /// <param name="fromHz">Their rate.</param>
    /// <param name="toHz">The rate that is wanted.</param>
    /// <param name="limit">Most samples that are wanted.</param>
    public static float[] Resample(float[] input, int fromHz, int toHz, int limit)
    {
        if (fromHz == toHz)
        {
            return input.Length <= limit ? input : input[..limit];
        }

        int divisor = (int)BigInteger.GreatestCommonDivisor(fromHz, toHz);
        long up = toHz / divisor, down = fromHz / divisor;
        float[] output = new float[Math.Min(limit, ((input.Length * up) + down - 1) / down)];
        Dictionary<long, double[]> phases = []; // output samples lie at multiples of 1 / up between input samples
        double cutoff = Rolloff * Math.Min(1, (double)toHz / fromHz);
        int half = (int)Math.Ceiling(ZeroCrossings / cutoff);
        for (int i = 0; i < output.Length; i++)
        {
            (long whole, long phase) = Math.DivRem(i * down, up);
            if (!phases.TryGetValue(phase, out double[]? taps))
            {
                phases[phase] = taps = Taps((double)phase / up, half, cutoff);
            }

            long first = whole - half + 1;
            int from = (int)Math.Max(0, -first), to = (int)Math.Min(taps.Length, input.Length - first);
            double sum = 0;
            for (int t = from; t < to; t++)
            {
                sum += taps[t] * input[first + t];
            }

            output[i] = (float)sum;
        }

        return output;
    }

    private static double[] Taps(double fraction, int half, double cutoff)
    {
        double[] taps = new double[2 * half];
        double sum = 0;
        for (int t = 0; t < taps.Length; t++)
        {
            double distance = t - half + 1 - fraction;
            double inWindow = distance / half;
            double x = Math.PI * cutoff * distance;
            double sinc = Math.Abs(x) < 1e-12 ? 1 : Math.Sin(x) / x;
            taps[t] = sinc * Bessel(Beta * Math.Sqrt(Math.Max(0, 1 - (inWindow * inWindow))));
            sum += taps[t];
        }

        for (int t = 0; t < taps.Length; t++)
        {
            taps[t] /= sum; // a constant stays what it is
        }

        return taps;
    }

    /// <summary>I₀ by its power series.</summary>
    private static double Bessel(double x)
    {
        double term = 1, sum = 1;
        for (int k = 1; term > sum * 1e-17; k++)
        {
            term *= x * x / (4.0 * k * k);
            sum += term;
        }

        return sum;
    }
}
