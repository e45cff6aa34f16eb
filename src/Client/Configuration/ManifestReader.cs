using System.Collections.Immutable;
using Actors.Contracts.Runs;

namespace Actors.Client.Configuration;

/// <summary>Reads <c>data.modalities</c>: how the files that a manifest names become inputs.</summary>
internal static class ManifestReader
{
    private static readonly string[] Normalizations = ["imagenet", "half", "none"];

    public static ManifestConfiguration Read(SettingSection section, ImmutableArray<ModalityConfiguration> modalities)
    {
        var audio = ImmutableDictionary.CreateBuilder<string, AudioConfiguration>();
        var image = ImmutableDictionary.CreateBuilder<string, ImageConfiguration>();
        string[] names = section.Names();
        foreach (string name in names)
        {
            SettingSection one = section.Section(name);
            one.RequiredText("format", "audio");
            string format = one.Choice("format", "", ["audio", "image"]);
            AudioConfiguration sound = Audio(one, format == "audio");
            ImageConfiguration picture = Image(one);
            one.Only(
                format != "image", "the format is audio",
                "preset", "sample_rate_hz", "duration_s", "fft_size", "hop_size", "centered", "mel_bands", "mean", "std");
            one.Only(format != "audio", "the format is image", "height", "width", "channels", "normalization");
            one.Finish();
            if (format == "audio")
            {
                audio[name] = sound;
            }
            else if (format == "image")
            {
                image[name] = picture;
            }
        }

        foreach (ModalityConfiguration modality in modalities.Where(modality => !names.Contains(modality.Name)))
        {
            section.Fault(
                modality.Name,
                $"{section.PathOf(modality.Name)} is required, for modalities names '{modality.Name}', but is missing. "
                + NearestName.Hint(modality.Name, names));
        }

        section.Finish();
        return new ManifestConfiguration { Audio = audio.ToImmutable(), Image = image.ToImmutable() };
    }

    private static AudioConfiguration Audio(SettingSection section, bool isAudio)
    {
        AudioConfiguration preset = AudioPresets.ByName[section.Choice("preset", AudioPresets.Default, [.. AudioPresets.ByName.Keys])];
        var audio = new AudioConfiguration
        {
            SampleRateHz = section.Integer("sample_rate_hz", preset.SampleRateHz, NumberRule.AtLeast(1)),
            DurationSeconds = section.Number("duration_s", preset.DurationSeconds, NumberRule.Positive),
            FftSize = section.Integer("fft_size", preset.FftSize, NumberRule.AtLeast(2)),
            HopSize = section.Integer("hop_size", preset.HopSize, NumberRule.AtLeast(1)),
            Centered = section.Flag("centered", preset.Centered),
            MelBands = section.OptionalInteger("mel_bands", NumberRule.AtLeast(1)),
            Mean = section.OptionalNumber("mean", NumberRule.Any),
            Std = section.OptionalNumber("std", NumberRule.Positive),
        };
        if (isAudio && audio.MelBands > (audio.FftSize / 2) + 1)
        {
            section.Fault(
                "mel_bands",
                $"{section.PathOf("mel_bands")} must be at most fft_size / 2 + 1 = {(audio.FftSize / 2) + 1}, but is '{audio.MelBands}'.");
        }

        if (isAudio && audio.DurationSeconds * audio.SampleRateHz < audio.FftSize)
        {
            section.Fault(
                "duration_s",
                $"{section.PathOf("duration_s")} must hold at least one transform of fft_size = {audio.FftSize} samples "
                + $"at {audio.SampleRateHz} Hz, but is '{audio.DurationSeconds}'.");
        }

        return audio;
    }

    private static ImageConfiguration Image(SettingSection section) => new()
    {
        Height = section.Integer("height", 224, NumberRule.AtLeast(1)),
        Width = section.Integer("width", 224, NumberRule.AtLeast(1)),
        Channels = section.Integer("channels", 3, new NumberRule(", 1 (grey) or 3 (RGB)", value => value is 1 or 3)),
        Normalization = section.Choice("normalization", "imagenet", Normalizations),
    };
}
