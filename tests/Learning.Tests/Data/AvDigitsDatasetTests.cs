using System.Globalization;
using System.IO.Compression;
using Actors.Learning.Checkpoints;
using Actors.Learning.Data;
using Actors.Learning.Data.AvDigits;
using Actors.Tests;
using static TorchSharp.torch;

namespace Actors.Learning.Tests.Data;

public sealed class AvDigitsDatasetTests(AvDigitsDatasetTests.Opened opened) : IClassFixture<AvDigitsDatasetTests.Opened>
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "av-digits");

    [Theory]
    [InlineData(Split.Train, 7000)]
    [InlineData(Split.Validation, 1000)]
    [InlineData(Split.Test, 2000)]
    public void Samples_OfASplit_AreManyAndOfAllClasses(Split split, int count)
    {
        SampleTable samples = opened.Data.Samples(split);
        Assert.Equal(count, samples.Count);
        Assert.Equal(count, samples.Ids.Distinct().Count());
        Assert.Equal(10, samples.Labels.Distinct().Count());
    }

    [Fact]
    public void Ids_OfTheSplits_ShareNoImageAndNoClip()
    {
        string[][] Parts(int part) => [.. Enum.GetValues<Split>()
            .Select(split => opened.Data.Samples(split).Ids.Select(id => id.Split('-')[part]).Distinct().ToArray())];
        Assert.Equal(10_000, Parts(2).SelectMany(p => p).Distinct().Count());
        string[][] clips = Parts(3);
        Assert.Empty(clips[0].Intersect(clips[1]).Concat(clips[0].Intersect(clips[2])).Concat(clips[1].Intersect(clips[2])));
    }

    [Fact]
    public void Ids_OfTheSplits_ShareNoVoiceAndNoSpeaker()
    {
        Dictionary<byte, (string Split, string Speaker)> voices = File.ReadLines(Path.Combine(Folder, "voices.csv")).Skip(1).Select(line => line.Split(','))
            .ToDictionary(cells => byte.Parse(cells[0], CultureInfo.InvariantCulture), cells => (cells[1], cells[2]));
        using var unpacked = new MemoryStream();
        using (var packed = new GZipStream(File.OpenRead(Path.Combine(Folder, "av-digits.safetensors.gz")), CompressionMode.Decompress))
        {
            packed.CopyTo(unpacked);
        }

        unpacked.Position = 0;
        using SafetensorsContent file = Safetensors.Read(unpacked, Folder);
        byte[] voiceOf = file.Tensors["speech_voice"].bytes.ToArray(), splitOf = file.Tensors["speech_split"].bytes.ToArray();
        Assert.All(voiceOf, (voice, clip) => Assert.Equal(Name((Split)splitOf[clip]), voices[voice].Split));
        foreach (Split split in Enum.GetValues<Split>())
        {
            byte[] heard = [.. opened.Data.Samples(split).Ids
                .Select(id => voiceOf[int.Parse(id.Split('-')[3]["clip".Length..], CultureInfo.InvariantCulture)]).Distinct()];
            Assert.True(heard.Length > 1);
            Assert.All(heard, voice => Assert.Equal(Name(split), voices[voice].Split));
        }

        Assert.All(voices.Values.GroupBy(voice => voice.Speaker), speaker => Assert.Single(speaker.Select(voice => voice.Split).Distinct()));
        static string Name(Split split) => split.ToString().ToLowerInvariant();
    }

    [Fact]
    public void Load_TrainingSplit_IsStandardised()
    {
        foreach (Modality modality in opened.Data.Modalities)
        {
            using Tensor all = opened.Data.Load(modality.Name, Split.Train, [.. Enumerable.Range(0, 7000)]);
            Assert.Equal([7000, .. modality.Shape], all.shape);
            using Tensor mean = all.mean(), std = all.std();
            Assert.Equal(0, mean.item<float>(), 1e-2);
            Assert.Equal(1, std.item<float>(), 1e-2);
        }
    }

    [Fact]
    public void Open_FewerTrainingSamples_LeavesTheOtherSplitsAsTheyWere()
    {
        using AvDigitsDataset few = AvDigitsDataset.Open(Folder, 0, new AvDigitsOptions { TrainSamples = 100 });
        Assert.Equal(100, few.Samples(Split.Train).Count);
        Assert.NotEqual(opened.Data.Digest, few.Digest);
        Assert.Equal(opened.Data.Samples(Split.Test).Ids, few.Samples(Split.Test).Ids);
        string[] Images(AvDigitsDataset of) => [.. of.Samples(Split.Train).Ids.Select(id => id.Split('-')[2])];
        Assert.Empty(Images(few).Except(Images(opened.Data)));
    }

    [Fact]
    public void Open_OneTrainingSample_StillShowsAndSoundsSomething()
    {
        using AvDigitsDataset one = AvDigitsDataset.Open(Folder, 0, new AvDigitsOptions { TrainSamples = 1 });
        Assert.Equal(1, one.Samples(Split.Train).Count);
        foreach (Modality modality in one.Modalities)
        {
            using Tensor first = one.Load(modality.Name, Split.Train, [0]), some = one.Load(modality.Name, Split.Test, [0, 1]);
            Assert.Equal([1, .. modality.Shape], first.shape);
            Assert.True(first.isfinite().all().item<bool>() && some.isfinite().all().item<bool>());
        }
    }

    [Fact]
    public void Open_SameSeed_GivesTheSameBitsAndAnotherSeedOthers()
    {
        AvDigitsOptions all = new() { TrainSamples = 7000 };
        using AvDigitsDataset same = AvDigitsDataset.Open(Folder, 0, all), other = AvDigitsDataset.Open(Folder, 1, all);
        Assert.Equal(opened.Data.Digest, same.Digest);
        Assert.NotEqual(opened.Data.Digest, other.Digest);
        foreach (string modality in new[] { "audio", "image" })
        {
            using Tensor a = opened.Data.Load(modality, Split.Test, [3, 4]);
            using Tensor b = same.Load(modality, Split.Test, [3, 4]), c = other.Load(modality, Split.Test, [3, 4]);
            Assert.True(a.bytes.SequenceEqual(b.bytes));
            Assert.False(a.bytes.SequenceEqual(c.bytes));
        }
    }

    [Fact]
    public void Open_FileDamaged_SaysWhichAndWhatToDo()
    {
        string folder = Directory.CreateTempSubdirectory("actors-digits-").FullName;
        try
        {
            Assert.Contains("data.path", Assert.Throws<DataException>(() => AvDigitsDataset.Open(folder, 0, new AvDigitsOptions())).Message);
            byte[] bytes = File.ReadAllBytes(Path.Combine(Folder, "av-digits.safetensors.gz"));
            string damaged = Path.Combine(folder, "av-digits.safetensors.gz");
            File.WriteAllBytes(damaged, bytes[..(bytes.Length / 2)]);
            Assert.Contains(damaged, Assert.Throws<DataException>(() => AvDigitsDataset.Open(folder, 0, new AvDigitsOptions())).Message);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Load_SplitsInAnyOrderAndAtOnce_GivesTheSameBits()
    {
        (Split Split, string Modality)[] all = [.. Enum.GetValues<Split>().SelectMany(split => new[] { (split, "audio"), (split, "image") })];
        using AvDigitsDataset forwards = AvDigitsDataset.Open(Folder, 0, new AvDigitsOptions());
        using AvDigitsDataset backwards = AvDigitsDataset.Open(Folder, 0, new AvDigitsOptions());
        foreach ((Split split, string modality) in all)
        {
            forwards.Load(modality, split, [0, 5]).Dispose();
        }

        await Task.WhenAll(all.Reverse().Select(one => Task.Run(() =>
        {
            using Tensor expected = forwards.Load(one.Modality, one.Split, [7, 3]), actual = backwards.Load(one.Modality, one.Split, [7, 3]);
            Assert.True(expected.bytes.SequenceEqual(actual.bytes));
        })));
    }

    [Fact]
    public void Open_ThenDispose_LeavesNoTensors()
    {
        long before = TensorLeaks.Baseline();
        AvDigitsDataset.Open(Folder, 0, new AvDigitsOptions()).Dispose();
        TensorLeaks.AssertNone(before);
    }

    [Fact]
    public void Open_TensorsMissingOrOfWrongShape_ListsEveryFault()
    {
        string folder = Directory.CreateTempSubdirectory("actors-digits-").FullName;
        try
        {
            string plain = Path.Combine(folder, "plain"), packed = Path.Combine(folder, "av-digits.safetensors.gz");
            using (Tensor images = zeros([10, 28, 27], ScalarType.Byte), labels = zeros([10], ScalarType.Float32))
            {
                Safetensors.Write(plain, new Dictionary<string, Tensor> { ["images"] = images, ["image_labels"] = labels });
            }

            using (FileStream file = File.Create(packed))
            using (var zip = new GZipStream(file, CompressionLevel.Fastest))
            {
                zip.Write(File.ReadAllBytes(plain));
            }

            DataException error = Assert.Throws<DataException>(() => AvDigitsDataset.Open(folder, 0, new AvDigitsOptions()));
            Assert.All(error.Faults, fault => Assert.Contains(packed, fault));
            Assert.Contains(error.Faults, fault => fault.Contains("'images'") && fault.Contains("[10, 28, 27]"));
            Assert.Contains(error.Faults, fault => fault.Contains("'image_labels'") && fault.Contains("Float32"));
            foreach (string name in new[] { "image_split", "speech", "speech_labels", "speech_voice", "speech_split" })
            {
                Assert.Contains(error.Faults, fault => fault.Contains($"'{name}'") && fault.Contains("missing"));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    public sealed class Opened : IDisposable
    {
        public AvDigitsDataset Data { get; } = AvDigitsDataset.Open(Folder, 0, new AvDigitsOptions { TrainSamples = 7000 });

        public void Dispose() => Data.Dispose();
    }
}
