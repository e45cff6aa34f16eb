using System.Buffers.Binary;
using System.IO.Hashing;
using Actors.Learning.Data;
using Actors.Learning.Data.Audio;
using Actors.Learning.Data.Images;
using Actors.Learning.Data.Manifest;
using SkiaSharp;

namespace Actors.Learning.Tests.Data.Manifest;

/// <summary>Every fault is found when the data is opened, all at once, each with a remedy.</summary>
public sealed class ManifestFaultTests : IDisposable
{
    private static readonly AudioOptions Small = new() { SampleRateHz = 8000, DurationSeconds = .25, FftSize = 64, HopSize = 32 };

    private readonly string folder = Directory.CreateTempSubdirectory("actors-manifest-").FullName;

    private string Csv => Path.Combine(folder, "data.csv");

    [Theory]
    [InlineData("id,label,split,mic\na,cat,train,missing.wav\n", "not there")]
    [InlineData("id,label,split,mic\na,cat,train,cut.wav\n", "cut short")]
    [InlineData("id,label,split,mic\na,cat,train,text.wav\n", "RIFF")]
    [InlineData("id,label,split,mic\na,cat,train,empty.wav\n", "no sound")]
    [InlineData("id,label,split,mic\na,cat,train,alaw.wav\n", "encoding")]
    [InlineData("id,label,split,mic\na,cat,train,\n", "modality 'mic' of sample 'a' is missing")]
    [InlineData("id,label,split,mic\na,cat,learn,good.wav\n", "'learn'")]
    [InlineData("id,label,split,mic\na,cat,0,good.wav\n", "'0'")]
    [InlineData("id,label,split,mic\na,cat,-1,good.wav\n", "split '-1' is not known; write train, validation or test.")]
    [InlineData("id,label,split,mic\na,cat,\"train,test\",good.wav\n", "split 'train,test' is not known; write train, validation or test.")]
    [InlineData("id,label,split,mic\na,cat,,good.wav\n", "split '' is not known; write train, validation or test.")]
    [InlineData("id,label,split,mic\na,,train,good.wav\n", "cell 'label'")]
    [InlineData("id,label,split,mic\n,cat,train,good.wav\n", "cell 'id'")]
    [InlineData("id,label,split,mic\na,cat,train,good.wav\na,cat,test,good.wav\n", "taken by line 2")]
    [InlineData("id,label,split,mic\na,cat,train,good.wav\n", "'validation' has no samples")]
    [InlineData("id,label,split,mic\na,cat,train,good.wav\nb,cow,test,good.wav\n", "class 'cow' is never trained")]
    [InlineData("id,label,split,shard,mic\na,cat,train,,good.wav\n", "cell 'shard'")]
    [InlineData("id,label,split,shard,mic\na,cat,train,x,good.wav\nb,cat,test,y,good.wav\n", "shard 'y' trains nothing")]
    [InlineData("id,label,mic\na,cat,good.wav\n", "column 'split' is missing")]
    [InlineData("id,label,split\na,cat,train\n", "column 'mic' is missing")]
    [InlineData("", "column 'id' is missing")]
    [InlineData("id,label,split,mic,mic\na,cat,train,good.wav,cut.wav\n", ":1: column 'mic' is there twice")]
    [InlineData("id,label,label,split,mic\na,cat,dog,train,good.wav\n", ":1: column 'label' is there twice")]
    [InlineData("id,label,split,mic\na,cat,train,good.wav\nb,cat,train,good.wav,cut.wav\n", ":3: the row has 5 cells, but the header 4 columns")]
    public void Open_FaultyManifest_NamesFileRowAndRule(string csv, string expected)
    {
        WriteFaultyFiles();
        Assert.Contains(Faults(csv, "mic"), fault => fault.Contains(expected, StringComparison.Ordinal) && fault.Contains(Csv, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(".", "is a folder")]
    [InlineData("/proc/self/mem", "cannot be read (")] // by nobody from its start, whoever runs this
    public void Open_ManifestThatCannotBeRead_IsAFaultOfTheData(string csv, string what)
    {
        string path = Path.Combine(folder, csv);
        string fault = Assert.Single(Assert.Throws<DataException>(() => ManifestDataset.Open(path, new ManifestOptions())).Faults);
        Assert.StartsWith($"{path}: the manifest {what}", fault, StringComparison.Ordinal);
        Assert.Contains("Set data.path to ", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_ColumnsThatNobodyReads_MayHaveOneName()
    {
        WriteFaultyFiles();
        string[] faults = Faults("id,label,split,mic,note,note,,\na,cat,train,good.wav,x,y,,\n", "mic");
        Assert.DoesNotContain(faults, fault => fault.Contains("twice", StringComparison.Ordinal) || fault.Contains("cells", StringComparison.Ordinal));
    }

    [Fact]
    public void Open_ManyFaults_ListsAllInTheOrderOfTheRows()
    {
        WriteFaultyFiles();
        string[] faults = Faults("id,label,split,mic\na,cat,train,missing.wav\nb,cat,learn,good.wav\nc,cat,test,cut.wav\n", "mic");
        Assert.Equal([":2:", ":3:", ":4:"], faults.Where(f => char.IsDigit(f[Csv.Length + 1])).Select(f => f[Csv.Length..(Csv.Length + 3)]));
    }

    [Fact]
    public void Open_SplitThatIsNotKnown_HasItsFilesCheckedToo()
    {
        WriteFaultyFiles();
        string[] faults = Faults("id,label,split,mic\na,cat,learn,cut.wav\n", "mic");
        string cut = Assert.Single(faults, fault => fault.Contains("cut.wav", StringComparison.Ordinal));
        Assert.Contains("cut short", cut, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("id,label,mic\n,cat,good.wav\na,cat,cut.wav\n", "split")]
    [InlineData("id,label,split,face\n,cat,train,face.png\na,cat,train,cut.png\n", "mic")]
    [InlineData("label,split,mic\n,train,good.wav\ncat,train,cut.wav\n", "id")]
    public void Open_ColumnMissing_ChecksTheRowsAllTheSame(string csv, string missing)
    {
        WriteFaultyFiles();
        string[] faults = Faults(csv, "mic", "face");
        string first = faults.First(fault => fault.Contains($"'{missing}'", StringComparison.Ordinal));
        Assert.StartsWith($"{Csv}:1: column '{missing}' is missing", first, StringComparison.Ordinal);
        Assert.Contains(faults, fault => fault.StartsWith($"{Csv}:2: cell", StringComparison.Ordinal));
        Assert.Contains(faults, fault => fault.StartsWith($"{Csv}:3: ", StringComparison.Ordinal) && fault.Contains("cut short", StringComparison.Ordinal));
        Assert.DoesNotContain(faults, fault => fault.Contains($"cell '{missing}'", StringComparison.Ordinal)
            || fault.Contains($"modality '{missing}'", StringComparison.Ordinal));
    }

    [Fact]
    public void Open_ColumnSplitMissing_DoesNotSayThatSplitsAreEmpty() => Assert.DoesNotContain(
        Faults("id,label,mic\na,cat,good.wav\n", "mic"),
        fault => fault.Contains("no samples", StringComparison.Ordinal) || fault.Contains("never trained", StringComparison.Ordinal));

    [Fact]
    public void Open_OneShardAndNoShardColumn_DoesNotMissFilesThatOthersMayKeep()
    {
        var options = new ManifestOptions { Audio = new Dictionary<string, AudioOptions> { ["mic"] = Small }, Shard = 0 };
        string[] faults = Faults("id,label,split,mic\na,cat,learn,elsewhere.wav\n", options);
        string fault = Assert.Single(faults, fault => fault.Contains(":2:", StringComparison.Ordinal));
        Assert.Contains("'learn'", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("missing.wav", "the file is not there; paths count from the CSV's folder")]
    [InlineData("cut.wav", "copy it anew")]
    [InlineData("text.wav", "convert it to WAV")]
    [InlineData("empty.wav", "leave the row out")]
    [InlineData("alaw.wav", "convert it to one of those")]
    [InlineData("nan.wav", "write it anew")]
    [InlineData("folder.wav", "see that it is a file that this user may read")]
    [InlineData("missing.png", "the file is not there; paths count from the CSV's folder")]
    [InlineData("cut.png", "copy it anew")]
    [InlineData("damaged.png", "copy it anew")]
    [InlineData("text.png", "convert it to PNG or JPEG")]
    [InlineData("cut.jpg", "copy it anew")]
    public void Open_FaultyFile_NamesRowFileAndRemedy(string file, string remedy)
    {
        WriteFaultyFiles();
        string modality = file.EndsWith("wav", StringComparison.Ordinal) ? "mic" : "face";
        string[] faults = Faults($"id,label,split,{modality}\na,cat,train,{file}\n", modality);
        string fault = Assert.Single(faults, fault => fault.Contains(file, StringComparison.Ordinal));
        Assert.StartsWith($"{Csv}:2: {modality} '{Path.Combine(folder, file)}': ", fault, StringComparison.Ordinal);
        Assert.EndsWith($"{remedy}.", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tables.jpg", "cannot be decoded as a whole")]
    [InlineData("garbage.png", "cannot be decoded as a whole")]
    [InlineData("large.png", "no memory for its 1000000 x 1000000 pixels")]
    public void Open_TestRowWithAPictureThatOnlyDecodingShowsFaulty_IsListedWithTheOthers(string file, string what)
    {
        WriteFaultyFiles();
        WritePicturesThatDoNotDecode();
        string[] faults = Faults($"id,label,split,face\na,cat,train,face.png\nb,cat,validation,cut.png\nc,cat,test,{file}\n", "face");
        Assert.Equal(2, faults.Length);
        Assert.StartsWith($"{Csv}:3: ", faults[0], StringComparison.Ordinal);
        Assert.StartsWith($"{Csv}:4: face '{Path.Combine(folder, file)}': ", faults[1], StringComparison.Ordinal);
        Assert.Contains(what, faults[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Open_CacheFolderThatCannotBeWritten_IsNamedBesideTheOtherFaults()
    {
        WriteFaultyFiles();
        string cache = Path.Combine(folder, "good.wav"); // a file cannot be written into, whoever runs this
        var options = new ManifestOptions { Audio = new Dictionary<string, AudioOptions> { ["mic"] = Small }, CacheFolder = cache };
        string[] faults = Faults("id,label,split,mic\na,cat,train,cut.wav\n", options);
        Assert.StartsWith($"data.cache: the folder '{cache}' cannot be written (", faults[0], StringComparison.Ordinal);
        Assert.EndsWith("or leave it out.", faults[0], StringComparison.Ordinal);
        Assert.Contains(faults, fault => fault.Contains("cut short", StringComparison.Ordinal));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string[] Faults(string csv, params string[] modalities) => Faults(csv, new ManifestOptions
    {
        Audio = modalities.Where(m => m == "mic").ToDictionary(m => m, _ => Small),
        Image = modalities.Where(m => m == "face").ToDictionary(m => m, _ => new ImageOptions { Height = 4, Width = 4 }),
    });

    private string[] Faults(string csv, ManifestOptions options)
    {
        File.WriteAllText(Csv, csv);
        return [.. Assert.Throws<DataException>(() => ManifestDataset.Open(Csv, options)).Faults];
    }

    private void WriteFaultyFiles()
    {
        string good = Path.Combine(folder, "good.wav");
        MediaFiles.WriteWav(good);
        byte[] bytes = File.ReadAllBytes(good);
        File.WriteAllBytes(Path.Combine(folder, "cut.wav"), bytes[..(bytes.Length / 2)]);
        File.WriteAllText(Path.Combine(folder, "text.wav"), "this is no sound at all");
        MediaFiles.WriteWav(Path.Combine(folder, "empty.wav"), seconds: 0);
        bytes[20] = 6; // A-law
        File.WriteAllBytes(Path.Combine(folder, "alaw.wav"), bytes);
        MediaFiles.WriteWav(Path.Combine(folder, "nan.wav"), bits: 32, isFloat: true, amplitude: double.NaN);
        Directory.CreateDirectory(Path.Combine(folder, "folder.wav"));
        File.WriteAllText(Path.Combine(folder, "text.png"), "not a picture");
        foreach (string name in new[] { "png", "jpg" })
        {
            string picture = Path.Combine(folder, $"face.{name}");
            MediaFiles.WriteImage(picture, SKColors.Red);
            byte[] encoded = File.ReadAllBytes(picture);
            File.WriteAllBytes(Path.Combine(folder, $"cut.{name}"), encoded[..^20]);
            encoded[^20] ^= 1; // of a PNG: the last byte but three of what is compressed
            File.WriteAllBytes(Path.Combine(folder, $"damaged.{name}"), encoded);
        }
    }

    private void WritePicturesThatDoNotDecode()
    {
        byte[] jpeg = File.ReadAllBytes(Path.Combine(folder, "face.jpg"));
        jpeg[jpeg.AsSpan().IndexOf<byte>([0xFF, 0xDB]) + 1] = 0xFE; // its quantization tables become a comment
        File.WriteAllBytes(Path.Combine(folder, "tables.jpg"), jpeg);
        byte[] png = File.ReadAllBytes(Path.Combine(folder, "face.png"));
        File.WriteAllBytes(Path.Combine(folder, "garbage.png"), WithChunk(png, "IDAT"u8, body => body.Fill(0x55)));
        File.WriteAllBytes(Path.Combine(folder, "large.png"), WithChunk(png, "IHDR"u8, body =>
        {
            BinaryPrimitives.WriteInt32BigEndian(body, 1_000_000); // libpng's most
            BinaryPrimitives.WriteInt32BigEndian(body[4..], 1_000_000);
        }));
    }

    /// <summary>A PNG with a chunk changed and its checksum made to fit.</summary>
    private static byte[] WithChunk(byte[] png, ReadOnlySpan<byte> name, SpanChange change)
    {
        byte[] changed = [.. png];
        int at = changed.AsSpan().IndexOf(name);
        int length = BinaryPrimitives.ReadInt32BigEndian(changed.AsSpan(at - 4));
        change(changed.AsSpan(at + 4, length));
        BinaryPrimitives.WriteUInt32BigEndian(changed.AsSpan(at + 4 + length), Crc32.HashToUInt32(changed.AsSpan(at, length + 4)));
        return changed;
    }

    private delegate void SpanChange(Span<byte> body);
}
