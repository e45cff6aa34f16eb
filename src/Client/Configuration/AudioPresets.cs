using Actors.Contracts.Runs;

namespace Actors.Client.Configuration;

/// <summary>Spectrograms of the papers, by name; a preset's values can be changed key by key.</summary>
internal static class AudioPresets
{
    /// <summary>Name, values, and the shape they give. CREMA-D, AVE and UCF101 as the code of arXiv:2405.07930, VGGSound as that of arXiv:2203.15332.</summary>
    public static IReadOnlyDictionary<string, AudioConfiguration> ByName { get; } = new OrderedDictionary<string, AudioConfiguration>
    {
        ["crema-d"] = new() { SampleRateHz = 22_050, DurationSeconds = 3, FftSize = 512, HopSize = 353 }, // [1, 257, 188]
        ["ave"] = new() { SampleRateHz = 16_000, DurationSeconds = 10, FftSize = 512, HopSize = 159, Centered = false }, // [1, 257, 1004]
        ["ucf101"] = new() { SampleRateHz = 16_000, DurationSeconds = 3, FftSize = 512, HopSize = 353 }, // [1, 257, 136]
        ["vggsound"] = new() { SampleRateHz = 16_000, DurationSeconds = 5, FftSize = 256, HopSize = 128 }, // [1, 129, 626]
    };

    /// <summary>The preset that is meant where none is named.</summary>
    public const string Default = "crema-d";
}
