using Actors.Learning.Data.Audio;

namespace Actors.Learning.Tests.Data.Audio;

public sealed class ResamplerTests
{
    [Theory]
    [InlineData(44_100, 22_050, 1000)]
    [InlineData(48_000, 22_050, 9000)]
    [InlineData(8000, 22_050, 3000)]
    [InlineData(16_000, 22_050, 440)]
    [InlineData(22_050, 16_000, 7000)]
    [InlineData(44_099, 16_000, 440)]
    public void Resample_Sine_KeepsFrequencyAmplitudeAndPhase(int from, int to, double hz)
    {
        float[] input = [.. Sine(from, hz, 1).Select(v => (float)v)];
        float[] output = Resampler.Resample(input, from, to, int.MaxValue);
        Assert.InRange(output.Length, to - 1, to);
        double[] expected = Sine(to, hz, 1);
        for (int i = to / 20; i < to - (to / 20); i++) // the ends fade into silence
        {
            Assert.Equal(expected[i], output[i], 5e-4); // 1e-3 of the amplitude
        }
    }

    [Fact]
    public void Resample_AboveTheNewNyquist_IsGone()
    {
        float[] input = [.. Sine(44_100, 9000, 0.5).Select(v => (float)v)];
        float[] output = Resampler.Resample(input, 44_100, 16_000, int.MaxValue);
        Assert.All(output[400..^400], v => Assert.InRange(v, -1e-3f, 1e-3f));
    }

    [Fact]
    public void Resample_WithALimit_GivesTheSameStart()
    {
        float[] input = [.. Sine(48_000, 500, 0.2).Select(v => (float)v)];
        float[] whole = Resampler.Resample(input, 48_000, 22_050, int.MaxValue);
        Assert.Equal(whole[..1000], Resampler.Resample(input, 48_000, 22_050, 1000));
        Assert.Equal(input[..1000], Resampler.Resample(input, 48_000, 48_000, 1000));
    }

    private static double[] Sine(int rate, double hz, double seconds) =>
        [.. Enumerable.Range(0, (int)(rate * seconds)).Select(i => 0.5 * Math.Sin(2 * Math.PI * hz * i / rate))];
}
