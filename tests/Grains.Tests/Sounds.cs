using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Actors.Contracts.Runs;
using Actors.Tests;

namespace Actors.Grains.Tests;

/// <summary>A dataset of short WAV files, to be taken away while a run reads them.</summary>
internal static class Sounds
{
    private const int TrainCount = 160;
    private const int SampleCount = 800; // 0.1 s at 8 kHz

    /// <summary>Writes the files into a new folder, and gives a run of two shards that reads them.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="method">The run's.</param>
    /// <param name="isApart">True: each shard reads files of its own, two of every four, and those of the second that are not trained on are mistaken.</param>
    public static RunConfiguration Configuration(string folder, string method, bool isApart = false)
    {
        Directory.CreateDirectory(folder);
        var table = new StringBuilder("id,label,split,shard,sound\n");
        for (int i = 0; i < TrainCount + 16; i++)
        {
            string split = i < TrainCount ? "train" : i < TrainCount + 8 ? "validation" : "test";
            bool isLow = (i % 2 == 0) ^ (isApart && i / 2 % 2 == 1 && i >= TrainCount);
            table.Append(CultureInfo.InvariantCulture, $"{i},{(isLow ? "low" : "high")},{split},site{i / 2 % 2},{i}.wav\n");
            Tone.Write(Path.Combine(folder, $"{i}.wav"), (i % 2 == 0 ? 300 : 900) + i, SampleCount); // equal files would be decoded once
        }

        File.WriteAllText(Path.Combine(folder, "data.csv"), table.ToString());
        RunConfiguration run = TestRun.Configuration(1, method, shards: 2, batch: 2);
        return run with
        {
            Data = new DataConfiguration
            {
                Dataset = "manifest",
                Path = Path.Combine(folder, "data.csv"),
                Seed = 1,
                Manifest = new ManifestConfiguration
                {
                    Audio = ImmutableDictionary<string, AudioConfiguration>.Empty.Add(
                        "sound", new AudioConfiguration { SampleRateHz = 8000, DurationSeconds = 0.1, FftSize = 64, HopSize = 32 }),
                    Image = ImmutableDictionary<string, ImageConfiguration>.Empty,
                },
            },
            Modalities = [run.Modalities[0] with { Name = "sound" }],
            Training = run.Training with { LogEverySteps = 1 },
            Placement = run.Placement with { Sites = isApart ? ["site=0", "site=1"] : [] },
        };
    }

    /// <summary>Deletes all sounds.</summary>
    public static void Vanish(string folder) => Array.ForEach(Directory.GetFiles(folder, "*.wav"), File.Delete);
}
