using Actors.Learning.Data.Audio;
using static TorchSharp.torch;

namespace Actors.Learning.Tests.Data.Audio;

public sealed class SpectrogramTests
{
    private static readonly AudioOptions Small = new() { SampleRateHz = 8000, DurationSeconds = .25, FftSize = 64, HopSize = 32 };

    [Theory]
    [InlineData("crema-d", 257, 188)]
    [InlineData("ave", 257, 1004)]
    [InlineData("ucf101", 257, 136)]
    [InlineData("vggsound", 129, 626)]
    public void Spectrogram_OfAPreset_HasThePapersShape(string preset, int bins, int frames)
    {
        AudioOptions options = preset switch { "crema-d" => AudioOptions.CremaD, "ave" => AudioOptions.Ave, "ucf101" => AudioOptions.Ucf101, _ => AudioOptions.VggSound };
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
}
