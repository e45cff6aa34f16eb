using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Actors.Contracts.Runs;
using Actors.Tests;

namespace Actors.Silo.Tests;

/// <summary>A manifest of two sites, and for each a folder with its own WAV files and none of the other's.</summary>
internal static class SiteSounds
{
    private const int Count = 48;
    private const int SoundLength = 400; // 0.05 s at 8 kHz

    public static int TestCount { get; } = Count / 4;

    public static string[] Modalities { get; } = ["left", "right"];

    /// <summary>The data as a run names it; the path counts from each silo's data root.</summary>
    public static DataConfiguration Data { get; } = new()
    {
        Dataset = "manifest",
        Path = "data.csv",
        Seed = 1,
        Manifest = new ManifestConfiguration
        {
            Audio = Modalities.ToImmutableDictionary(
                name => name, _ => new AudioConfiguration { SampleRateHz = 8000, DurationSeconds = 0.05, FftSize = 32, HopSize = 16 }),
            Image = ImmutableDictionary<string, ImageConfiguration>.Empty,
        },
    };

    /// <summary>Writes a site's folder; returns its path.</summary>
    public static string Write(string root, int site)
    {
        string folder = Directory.CreateDirectory(Path.Combine(root, $"site{site}")).FullName;
        var table = new StringBuilder("id,label,split,shard,left,right\n");
        for (int i = 0; i < Count; i++)
        {
            string split = i < Count / 2 ? "train" : i < Count - TestCount ? "validation" : "test";
            string label = i / 2 % 2 == 0 ? "low" : "high", hospital = i % 2 == 0 ? "a" : "b";
            table.Append(CultureInfo.InvariantCulture, $"{i},{label},{split},hospital-{hospital},l{i}.wav,r{i}.wav\n");
            if (i % 2 == site)
            {
                Tone.Write(Path.Combine(folder, $"l{i}.wav"), (i / 2 % 2 == 0 ? 300 : 900) + i, SoundLength);
                Tone.Write(Path.Combine(folder, $"r{i}.wav"), (i / 2 % 2 == 0 ? 500 : 1500) + i, SoundLength);
            }
        }

        File.WriteAllText(Path.Combine(folder, "data.csv"), table.ToString());
        return folder;
    }

    /// <summary>Deletes one of a site's files; returns its name.</summary>
    public static string Forget(string root, int site)
    {
        string name = $"l{site}.wav";
        File.Delete(Path.Combine(root, $"site{site}", name));
        return name;
    }
}
