using static TorchSharp.torch;

namespace Actors.Learning.Data.Audio;

/// <summary>Triangular filters evenly spaced on the mel scale, from 0 Hz to half the rate.</summary>
/// <remarks>HTK's scale, mel = 2595·log10(1 + f/700); each filter peaks at 1.</remarks>
internal static class MelFilterBank
{
    /// <summary>Filters [bands, fftSize/2 + 1], float32. The caller disposes it.</summary>
    public static Tensor Make(int bands, int fftSize, int sampleRateHz)
    {
        int bins = (fftSize / 2) + 1;
        double top = Mel(sampleRateHz / 2.0);
        double[] edges = [.. Enumerable.Range(0, bands + 2).Select(i => Hertz(top * i / (bands + 1)))];
        float[] filters = new float[bands * bins];
        for (int band = 0; band < bands; band++)
        {
            for (int bin = 0; bin < bins; bin++)
            {
                double frequency = (double)bin * sampleRateHz / fftSize;
                double rising = (frequency - edges[band]) / (edges[band + 1] - edges[band]);
                double falling = (edges[band + 2] - frequency) / (edges[band + 2] - edges[band + 1]);
                filters[(band * bins) + bin] = (float)Math.Max(0, Math.Min(rising, falling));
            }
        }

        return tensor(filters, [bands, bins]).DetachFromDisposeScope();
    }

    private static double Mel(double hertz) => 2595 * Math.Log10(1 + (hertz / 700));

    private static double Hertz(double mel) => 700 * (Math.Pow(10, mel / 2595) - 1);
}
