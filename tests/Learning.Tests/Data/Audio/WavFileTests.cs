using Actors.Learning.Data.Audio;
using Actors.Learning.Tests.Data.Manifest;

namespace Actors.Learning.Tests.Data.Audio;

public sealed class WavFileTests : IDisposable
{
    private static readonly AudioOptions Small = new() { SampleRateHz = 8000, DurationSeconds = .25, FftSize = 64, HopSize = 32 };

    private readonly string folder = Directory.CreateTempSubdirectory("actors-wav-").FullName;

    [Theory]
    [InlineData(8, false, 1, false, false, 0.02)]
    [InlineData(16, false, 2, false, true, 1e-3)]
    [InlineData(24, false, 1, true, false, 1e-3)]
    [InlineData(32, false, 1, false, false, 1e-3)]
    [InlineData(32, true, 1, true, true, 1e-3)]
    [InlineData(64, true, 2, false, false, 1e-3)]
    public void Read_EveryEncoding_GivesTheSine(int bits, bool isFloat, int channels, bool extensible, bool oddChunk, double tolerance)
    {
        string path = Path.Combine(folder, "a.wav");
        MediaFiles.WriteWav(path, bits: bits, isFloat: isFloat, channels: channels, extensible: extensible, oddChunk: oddChunk);
        AssertSine(WavFile.Read(File.ReadAllBytes(path), Small), 8000, 440, .5, tolerance, 0);
    }

    [Theory]
    [InlineData(44_100)]
    [InlineData(22_050)]
    [InlineData(8000)]
    [InlineData(6000)]
    public void Read_OtherRate_KeepsFrequencyAndAmplitude(int rate)
    {
        string path = Path.Combine(folder, "a.wav");
        MediaFiles.WriteWav(path, rate: rate, bits: 32, isFloat: true);
        AssertSine(WavFile.Read(File.ReadAllBytes(path), Small), 8000, 440, .5, 1e-3, skip: 200); // the ends see silence beyond them
    }

    [Fact]
    public void Read_ShorterThanTheDuration_IsRepeated()
    {
        string path = Path.Combine(folder, "a.wav");
        MediaFiles.WriteWav(path, seconds: .1);
        float[] samples = WavFile.Read(File.ReadAllBytes(path), Small);
        Assert.Equal(2000, samples.Length);
        Assert.Equal(samples[..800], samples[800..1600]);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static void AssertSine(float[] samples, int rate, double hertz, double amplitude, double tolerance, int skip)
    {
        for (int t = skip; t < samples.Length - skip; t++)
        {
            Assert.Equal(amplitude * Math.Sin(2 * Math.PI * hertz * t / rate), samples[t], tolerance);
        }
    }
}
