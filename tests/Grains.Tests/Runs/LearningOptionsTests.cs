using System.Collections.Immutable;
using System.Text.Json;
using Actors.Contracts.Runs;
using Actors.Grains.Runs;
using Actors.Learning.Data.Images;

namespace Actors.Grains.Tests.Runs;

public class LearningOptionsTests
{
    [Theory]
    [InlineData("imagenet", ImageNormalization.ImageNet)]
    [InlineData("half", ImageNormalization.Half)]
    [InlineData("none", ImageNormalization.None)]
    public void Dataset_KnownNormalization_IsThat(string name, ImageNormalization expected) =>
        Assert.Equal(expected, LearningOptions.Dataset(Configuration(name)).Manifest!.Image["face"].Normalization);

    [Fact]
    public void Dataset_UnknownNormalization_IsRefusedByModality()
    {
        ArgumentException refused = Assert.Throws<ArgumentException>(() => LearningOptions.Dataset(Configuration("imagnet")));
        Assert.Contains("'face' must be imagenet, half or none, but is 'imagnet'", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Configuration_Synchronization_IsSavedOnce() // a setting that older files lack would keep their runs from being resumed
    {
        JsonElement training = JsonDocument.Parse(SavedConfiguration.ToJson(TestRun.Configuration())).RootElement.GetProperty("training");
        Assert.Equal(
            ["synchronization_mode", "synchronization_every"],
            training.EnumerateObject().Select(setting => setting.Name).Where(name => name.StartsWith("synchroniz", StringComparison.Ordinal)));
    }

    private static DataConfiguration Configuration(string normalization)
    {
        var face = new ImageConfiguration { Height = 4, Width = 4, Channels = 3, Normalization = normalization };
        return TestRun.Configuration().Data with
        {
            Manifest = new ManifestConfiguration
            {
                Audio = ImmutableDictionary<string, AudioConfiguration>.Empty,
                Image = ImmutableDictionary<string, ImageConfiguration>.Empty.Add("face", face),
            },
        };
    }
}
