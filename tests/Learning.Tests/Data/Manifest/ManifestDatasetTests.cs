using Actors.Learning.Data;
using Actors.Learning.Data.Audio;
using Actors.Learning.Data.Images;
using Actors.Learning.Data.Manifest;
using Actors.Learning.Devices;
using Actors.Learning.Training;
using Actors.Tests;
using SkiaSharp;
using static TorchSharp.torch;

namespace Actors.Learning.Tests.Data.Manifest;

public sealed class ManifestDatasetTests : IDisposable
{
    private static readonly AudioOptions Small = new() { SampleRateHz = 8000, DurationSeconds = .25, FftSize = 64, HopSize = 32 };

    private readonly string folder = Directory.CreateTempSubdirectory("actors-manifest-").FullName;

    private string Csv => Path.Combine(folder, "data.csv");

    [Fact]
    public void Load_TwoSoundsAndAnImage_GivesTheirShapesInTheOrderOfTheRows()
    {
        WriteGood("mic,lapel,face");
        var options = new ManifestOptions
        {
            Audio = new Dictionary<string, AudioOptions> { ["mic"] = Small, ["lapel"] = Small with { MelBands = 20 } },
            Image = new Dictionary<string, ImageOptions>
            {
                ["face"] = new() { Height = 6, Width = 8, Normalization = ImageNormalization.None },
            },
        };
        using ManifestDataset data = ManifestDataset.Open(Csv, options);
        Assert.Equal(["cat", "dog"], data.Classes);
        Assert.Equal([0, 1], data.Samples(Split.Train).Labels);
        Assert.Equal(["mic", "lapel", "face"], data.Modalities.Select(m => m.Name));
        using Tensor mic = data.Load("mic", Split.Train, [1, 0, 1]), lapel = data.Load("lapel", Split.Test, [0]), face = data.Load("face", Split.Train, [0, 1]);
        Assert.Equal([3, 1, 33, 63], mic.shape);
        Assert.Equal([1, 1, 20, 63], lapel.shape);
        Assert.Equal([2, 3, 6, 8], face.shape);
        Assert.True(mic[0].bytes.SequenceEqual(mic[2].bytes));
        Assert.Equal(1f, face[0, 0].mean().item<float>(), 0.02f); // red, as it was written
        Assert.Equal(0f, face[0, 2].mean().item<float>(), 0.02f);
    }

    [Fact]
    public void Open_OneShard_NeedsItsFilesAloneAndAgreesWithTheOthersOnTheRest()
    {
        string[] sites = ["a", "b"];
        IEnumerable<string> lines = Enumerable.Range(0, 12).Select(i => $"s{i},{(i % 2 == 0 ? "cat" : "dog")},"
            + $"{(i < 6 ? "train" : i < 9 ? "validation" : "test")},{sites[i % 2]},{sites[i % 2]}{i}.wav\n");
        File.WriteAllText(Csv, $"id,label,split,shard,mic\n{string.Concat(lines)}");
        void Write(string site) => Array.ForEach(
            [.. Enumerable.Range(0, 12).Where(i => sites[i % 2] == site)],
            i => MediaFiles.WriteWav(Path.Combine(folder, $"{site}{i}.wav"), hertz: 300 + (10 * i)));
        Write("a");
        using ManifestDataset first = ManifestDataset.Open(Csv, Options("mic") with { Shard = 0 });
        using Tensor own = first.Load("mic", Split.Train, [0, 2, 4]);
        Assert.Equal(3, own.shape[0]);
        Assert.Contains("kept by shard 'b'", Assert.Throws<DataException>(() => first.Load("mic", Split.Train, [1])).Message);
        Assert.Contains("b1.wav", Assert.Throws<DataException>(() => ManifestDataset.Open(Csv, Options("mic") with { Shard = 1 })).Message);
        Assert.Contains("b1.wav", Assert.Throws<DataException>(() => ManifestDataset.Open(Csv, Options("mic"))).Message);

        Write("b");
        using ManifestDataset second = ManifestDataset.Open(Csv, Options("mic") with { Shard = 1 }), whole = ManifestDataset.Open(Csv, Options("mic"));
        Assert.Equal(first.SharedDigest, second.SharedDigest);
        Assert.Equal(3, new[] { first.Digest, second.Digest, whole.Digest }.Distinct().Count());
        Assert.Equal(whole.Digest, whole.SharedDigest);
        foreach (Split split in Enum.GetValues<Split>())
        {
            int[][] rows = [Shards.EvaluationRows(first, split, 0, 0, 2), Shards.EvaluationRows(second, split, 1, 1, 2)];
            Assert.Equal(Enumerable.Range(0, whole.Samples(split).Count), rows.SelectMany(own => own).Order());
            Assert.All(rows, (own, d) => Assert.All(own, row => Assert.Equal(sites[d], whole.Samples(split).Shards![row])));
        }
    }

    [Fact]
    public void Open_OneShardOfAManifestWithoutShards_IsRefused()
    {
        WriteGood("mic");
        Assert.Contains("column 'shard' is missing", Assert.Throws<DataException>(() => ManifestDataset.Open(Csv, Options("mic") with { Shard = 0 })).Message);
    }

    [Fact]
    public void Load_FileVanishedSinceItWasChecked_IsNamed()
    {
        WriteGood("mic");
        using ManifestDataset data = ManifestDataset.Open(Csv, Options("mic"));
        File.Delete(Path.Combine(folder, "mic0.wav"));
        Assert.Contains("mic0.wav", Assert.Throws<DataException>(() => data.Load("mic", Split.Train, [0])).Message);
    }

    [Fact]
    public void Load_FileReplacedByAnotherGoodOne_IsNamed()
    {
        WriteGood("mic");
        using ManifestDataset data = ManifestDataset.Open(Csv, Options("mic"));
        MediaFiles.WriteWav(Path.Combine(folder, "mic0.wav"), hertz: 77);
        string message = Assert.Throws<DataException>(() => data.Load("mic", Split.Train, [0])).Message;
        Assert.Contains($"{Csv}:2: mic", message, StringComparison.Ordinal);
        Assert.Contains("changed since it was checked", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Digest_OfAnotherContentOfTheSameSize_IsAnother()
    {
        WriteGood("mic");
        using ManifestDataset first = ManifestDataset.Open(Csv, Options("mic")), same = ManifestDataset.Open(Csv, Options("mic"));
        Assert.Equal(first.Digest, same.Digest);
        MediaFiles.WriteWav(Path.Combine(folder, "mic0.wav"), hertz: 77);
        using ManifestDataset other = ManifestDataset.Open(Csv, Options("mic"));
        Assert.NotEqual(first.Digest, other.Digest);
    }

    [Fact]
    public void Load_InsideADisposeScope_CanBeLoadedAgainAfterIt()
    {
        WriteGood("mic");
        foreach (string? cache in new[] { null, Path.Combine(folder, "cache"), Path.Combine(folder, "cache") }) // not on disk, written, read
        {
            using ManifestDataset data = ManifestDataset.Open(Csv, Options("mic") with { CacheFolder = cache });
            using (NewDisposeScope())
            {
                data.Load("mic", Split.Train, [0]);
            }

            using Tensor again = data.Load("mic", Split.Train, [0]);
            Assert.True(again.isfinite().all().item<bool>());
        }
    }

    [Fact]
    public void Load_CacheFolderThatCanNoLongerBeWritten_GoesOnWithoutIt()
    {
        WriteGood("mic");
        string cache = Path.Combine(folder, "cache");
        using ManifestDataset data = ManifestDataset.Open(Csv, Options("mic") with { CacheFolder = cache });
        Assert.Empty(Directory.GetFileSystemEntries(cache));
        Directory.Delete(cache);
        File.WriteAllText(cache, ""); // a file cannot be written into, whoever runs this
        using Tensor loaded = data.Load("mic", Split.Train, [0, 1]);
        Assert.Equal(2, loaded.shape[0]);
    }

    [Fact]
    public void Load_CachedOnDisk_GivesTheSameBitsAndADamagedEntryIsDecodedAnew()
    {
        WriteGood("mic");
        ManifestOptions options = Options("mic") with { CacheFolder = Path.Combine(folder, "cache"), MemoryBytes = 0 };
        using ManifestDataset data = ManifestDataset.Open(Csv, options);
        using Tensor first = data.Load("mic", Split.Train, [0]);
        string entry = Directory.EnumerateFiles(options.CacheFolder, "*.safetensors", SearchOption.AllDirectories).Single();
        DateTime written = File.GetLastWriteTimeUtc(entry);
        using Tensor cached = data.Load("mic", Split.Train, [0]);
        Assert.True(first.bytes.SequenceEqual(cached.bytes));
        Assert.Equal(written, File.GetLastWriteTimeUtc(entry));
        File.WriteAllText(entry, "damaged");
        using Tensor again = data.Load("mic", Split.Train, [0]);
        Assert.True(first.bytes.SequenceEqual(again.bytes));
    }

    [Fact]
    public void Load_CachedEntryWithOneByteOfItsDataChanged_IsDecodedAnewAndReplaced()
    {
        WriteGood("mic");
        ManifestOptions options = Options("mic") with { CacheFolder = Path.Combine(folder, "cache"), MemoryBytes = 0 };
        using ManifestDataset data = ManifestDataset.Open(Csv, options);
        using Tensor first = data.Load("mic", Split.Train, [0]);
        string entry = Directory.EnumerateFiles(options.CacheFolder, "*.safetensors", SearchOption.AllDirectories).Single();
        byte[] whole = File.ReadAllBytes(entry), damaged = [.. whole];
        damaged[^2] ^= 1;
        File.WriteAllBytes(entry, damaged);
        using Tensor again = data.Load("mic", Split.Train, [0]);
        Assert.True(first.bytes.SequenceEqual(again.bytes));
        Assert.Equal(whole, File.ReadAllBytes(entry));
    }

    [Fact]
    public void Load_DamagedEntryInAFolderThatCanOnlyBeRead_IsNoFaultOfTheSample()
    {
        if (OperatingSystem.IsWindows())
        {
            return; // no such modes
        }

        WriteGood("mic");
        ManifestOptions options = Options("mic") with { CacheFolder = Path.Combine(folder, "cache"), MemoryBytes = 0 };
        using ManifestDataset data = ManifestDataset.Open(Csv, options);
        using Tensor first = data.Load("mic", Split.Train, [0]);
        string entry = Directory.EnumerateFiles(options.CacheFolder, "*.safetensors", SearchOption.AllDirectories).Single();
        File.WriteAllText(entry, "damaged");
        string around = Path.GetDirectoryName(entry)!;
        UnixFileMode mode = File.GetUnixFileMode(around);
        File.SetUnixFileMode(around, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        try
        {
            Assert.SkipWhen(CanWrite(around), "This user may write into any folder.");
            using Tensor again = data.Load("mic", Split.Train, [0]);
            Assert.True(first.bytes.SequenceEqual(again.bytes));
        }
        finally
        {
            File.SetUnixFileMode(around, mode);
        }
    }

    [Fact]
    public void Open_DraftsOfKilledProcesses_DeletesTheOldOnes()
    {
        WriteGood("mic");
        string cache = Path.Combine(folder, "cache");
        using (ManifestDataset data = ManifestDataset.Open(Csv, Options("mic") with { CacheFolder = cache }))
        {
            data.Load("mic", Split.Train, [0]).Dispose();
        }

        string drafts = Path.Combine(cache, "drafts"), old = Path.Combine(drafts, "old"), young = Path.Combine(drafts, "young");
        Assert.Empty(Directory.GetFileSystemEntries(drafts));
        File.WriteAllText(young, "under way");
        File.WriteAllText(old, "left behind");
        File.SetLastWriteTimeUtc(old, File.GetLastWriteTimeUtc(young).AddHours(-2));
        ManifestDataset.Open(Csv, Options("mic") with { CacheFolder = cache }).Dispose();
        Assert.Equal([young], Directory.GetFileSystemEntries(drafts));
    }

    [Fact]
    public void Load_ManyTimes_LeavesNoTensors()
    {
        WriteGood("mic");
        using ManifestDataset data = ManifestDataset.Open(Csv, Options("mic"));
        data.Load("mic", Split.Train, [0, 1]).Dispose();
        long before = TensorLeaks.Baseline();
        for (int i = 0; i < 10; i++)
        {
            data.Load("mic", Split.Train, [0, 1, 0]).Dispose();
        }

        TensorLeaks.AssertNone(before);
    }

    [Fact]
    public void Load_OnAThreadWithTwoTorchThreads_LeavesItThem()
    {
        WriteGood("mic");
        using ManifestDataset data = ManifestDataset.Open(Csv, Options("mic"));
        int left = 0;
        var lane = new Thread(() =>
        {
            TorchThreads.Use(2);
            data.Load("mic", Split.Train, [0, 1, 0, 1]).Dispose();
            left = get_num_threads();
        });
        lane.Start();
        lane.Join();
        Assert.Equal(2, left);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static bool CanWrite(string folder)
    {
        try
        {
            File.WriteAllText(Path.Combine(folder, "probe"), "");
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static ManifestOptions Options(string modality) => new() { Audio = new Dictionary<string, AudioOptions> { [modality] = Small } };

    private void WriteGood(string columns)
    {
        string[] modalities = columns.Split(',');
        var lines = new List<string> { $"id,label,split,{columns}" };
        foreach ((string split, string label, int number) in new[] { ("train", "cat", 0), ("train", "dog", 1), ("validation", "cat", 2), ("test", "dog", 3) })
        {
            lines.Add($"s{number},{label},{split},{string.Join(',', modalities.Select(m => m == "face" ? $"face{number}.png" : $"{m}{number}.wav"))}");
            foreach (string modality in modalities)
            {
                if (modality == "face")
                {
                    MediaFiles.WriteImage(Path.Combine(folder, $"face{number}.png"), number == 0 ? SKColors.Red : SKColors.Blue);
                }
                else
                {
                    MediaFiles.WriteWav(Path.Combine(folder, $"{modality}{number}.wav"), hertz: 300 + (100 * number));
                }
            }
        }

        File.WriteAllLines(Csv, lines);
    }
}
