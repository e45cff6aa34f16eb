using Actors.Learning.Data.Audio;
using Actors.Learning.Tests.Fixtures;
using static TorchSharp.torch;

namespace Actors.Learning.Tests.Data.Audio;

public sealed class SpectrogramTests
{
    private static readonly AudioOptions Small = new() { SampleRateHz = 8000, DurationSeconds = .25, FftSize = 64, HopSize = 32 };

    [Theory]
    [InlineData(22_050, 3, 512, 353, true, 257, 188)] // CREMA-D
    [InlineData(16_000, 10, 512, 159, false, 257, 1004)] // AVE
    [InlineData(16_000, 3, 512, 353, true, 257, 136)] // UCF101
    [InlineData(16_000, 5, 256, 128, true, 129, 626)] // VGGSound
    public void Spectrogram_OfAGrid_HasThePapersShape(int rate, int seconds, int size, int hop, bool isCentered, int bins, int frames)
    {
        var options = new AudioOptions { SampleRateHz = rate, DurationSeconds = seconds, FftSize = size, HopSize = hop, Centered = isCentered };
        using var spectrogram = new Spectrogram(options);
        using Tensor result = spectrogram.Of(new float[options.SampleCount]);
        Assert.Equal([1, bins, frames], result.shape);
        Assert.Equal([bins, frames], new[] { options.Bins, options.Frames });
    }

    [Fact]
    public void Spectrogram_OfASine_PeaksAtItsFrequency()
    {
        float[] sine = [.. Enumerable.Range(0, 2000).Select(t => (float)Math.Sin(2 * Math.PI * 1000 * t / 8000))];
        using var spectrogram = new Spectrogram(Small);
        using Tensor result = spectrogram.Of(sine);
        using Tensor peak = result[0].mean([1]).argmax();
        Assert.Equal(8, peak.item<long>()); // 1,000 Hz of 8,000 Hz over 64 samples
    }

    [Theory]
    [InlineData("centered", true, null)]
    [InlineData("within", false, null)]
    [InlineData("mel", true, 5)]
    public void Spectrogram_OfASound_IsPyTorchs(string name, bool isCentered, int? bands)
    {
        float[] sound = [.. Enumerable.Range(0, 64).Select(t => (float)((0.5 * Math.Sin(0.9 * t)) + (0.3 * Math.Sin((0.01 * t * t) + 1))))];
        using var spectrogram = new Spectrogram(Small with { FftSize = 16, HopSize = 6, Centered = isCentered, MelBands = bands });
        using Tensor result = spectrogram.Of(sound);
        float[][] expected = [.. Fixture.Read("spectrograms.json")[name]!.AsArray().Select(bin => bin!.AsArray().Select(value => (float)value!).ToArray())];
        Assert.Equal([1, expected.Length, expected[0].Length], result.shape);
        Assert.Equal(expected.SelectMany(bin => bin), result.data<float>().ToArray(), (a, b) => Math.Abs(a - b) < 1e-3);
    }
}
