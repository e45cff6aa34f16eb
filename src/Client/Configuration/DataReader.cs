using System.Collections.Immutable;
using Actors.Contracts.Runs;
using Actors.Learning.Data;
using Actors.Learning.Data.AvDigits;
using Actors.Learning.Data.Synthetic;

namespace Actors.Client.Configuration;

/// <summary>Reads <c>data</c>: which dataset, where, and how its inputs are made.</summary>
internal static class DataReader
{
    private const string AvDigits = Datasets.AvDigits;
    private const string Manifest = "manifest";
    private const int DefaultMemoryMib = 2048;

    public static DataConfiguration Read(
        SettingSection section, ImmutableArray<ModalityConfiguration> modalities, IReadOnlyList<string> datasets, PathBase paths)
    {
        section.RequiredText("dataset", AvDigits);
        string dataset = section.Choice("dataset", "", datasets);
        string path = section.FilePath("path", paths) ?? (dataset == Datasets.Synthetic ? "" : section.RequiredText("path", "../datasets/av-digits"));
        long seed = section.Long("seed", 0, NumberRule.AtLeast(0));
        string? cache = section.FilePath("cache", paths);

        AvDigitsConfiguration difficulty = Difficulty(section);
        // With an unknown dataset, nobody can say which of the other keys fit.
        section.Only(dataset is AvDigits or "", $"the dataset is {AvDigits}", "snr_db", "shift_ms", "pca_energy", "noise_std", "train_voices", "train_samples");
        SyntheticConfiguration synthetic = Synthetic(section);
        section.Only(dataset is Datasets.Synthetic or "", $"the dataset is {Datasets.Synthetic}", "noise", "size", "classes", "samples");
        bool isManifest = section.Only(dataset is Manifest or "", $"the dataset is {Manifest}", "modalities", "cache", "memory_mib")
            && dataset == Manifest;
        int memory = section.Integer("memory_mib", DefaultMemoryMib, NumberRule.AtLeast(0));
        ManifestConfiguration? manifest = isManifest
            ? ManifestReader.Read(section.Section("modalities"), modalities) with { MemoryMib = memory }
            : null;
        section.Finish();
        return new DataConfiguration
        {
            Dataset = dataset,
            Path = path,
            Seed = seed,
            CacheFolder = cache,
            AvDigits = dataset == AvDigits ? difficulty : null,
            Manifest = manifest,
            Synthetic = dataset == Datasets.Synthetic ? synthetic : null,
        };
    }

    private static SyntheticConfiguration Synthetic(SettingSection section)
    {
        var defaults = new SyntheticOptions();
        return new SyntheticConfiguration
        {
            Noise = [.. section.Numbers("noise", NumberRule.AtLeast(0)) ?? defaults.Noise],
            Size = section.Integer("size", defaults.Size, NumberRule.AtLeast(8)),
            Classes = section.Integer("classes", defaults.Classes, NumberRule.AtLeast(2)),
            Samples = section.Integer("samples", defaults.Samples, NumberRule.AtLeast(4)),
        };
    }

    private static AvDigitsConfiguration Difficulty(SettingSection section)
    {
        var defaults = new AvDigitsOptions();
        return new AvDigitsConfiguration
        {
            SnrDb = section.Number("snr_db", defaults.SnrDb, NumberRule.Any),
            ShiftMs = section.Number("shift_ms", defaults.ShiftMs, NumberRule.Within(0, 760)),
            PcaEnergy = section.Number("pca_energy", defaults.PcaEnergy, NumberRule.PositiveFraction),
            NoiseStd = section.Number("noise_std", defaults.NoiseStd, NumberRule.AtLeast(0)),
            TrainVoices = section.Integer("train_voices", defaults.TrainVoices, NumberRule.Within(1, AvDigitsOptions.Voices)),
            TrainSamples = section.Integer("train_samples", defaults.TrainSamples, NumberRule.Within(1, AvDigitsOptions.Samples)),
        };
    }
}
