using Actors.Contracts.Runs;
using Actors.Grains.Runs;
using Actors.Learning.Data.Audio;

namespace Actors.Client.Tests.Configuration;

public class AudioPresetsTests
{
    [Theory]
    [InlineData("crema-d", 257, 188)]
    [InlineData("ave", 257, 1004)]
    [InlineData("ucf101", 257, 136)]
    [InlineData("vggsound", 129, 626)]
    public void Read_Preset_GivesThePapersShape(string preset, int bins, int frames)
    {
        DataConfiguration data = Configurations.Resolve(
            $"modalities: {{a: {{}}}}\ndata: {{dataset: manifest, path: x.csv, modalities: {{a: {{format: audio, preset: {preset}}}}}}}").Data;

        AudioOptions audio = LearningOptions.Dataset(data).Manifest!.Audio["a"];

        Assert.Equal((bins, frames), (audio.Bins, audio.Frames));
    }
}
