using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Actors.Learning.Checkpoints;
using static TorchSharp.torch;

namespace Actors.Learning.Data.AvDigits;

/// <summary>Handwritten and spoken digits, paired by class; voices and images of the splits are disjoint. It ships with the project.</summary>
public sealed class AvDigitsDataset : IDataset
{
    private const string FileName = "av-digits.safetensors.gz";
    private const int MostGrowth = 4; // of the file when it is unpacked

    private readonly SafetensorsContent content; // what the inputs are made of
    private readonly Dictionary<string, DigitInputs> inputs; // by modality
    private readonly Dictionary<Split, SampleTable> tables;

    private AvDigitsDataset(
        string digest, SafetensorsContent content, Dictionary<string, DigitInputs> inputs, Dictionary<Split, SampleTable> tables) =>
        (Digest, this.content, this.inputs, this.tables) = (digest, content, inputs, tables);

    /// <inheritdoc/>
    public string Name => Datasets.AvDigits;

    /// <inheritdoc/>
    public IReadOnlyList<Modality> Modalities { get; } =
        [new("audio", [1, DigitSpeech.Bins, DigitSpeech.Frames]), new("image", [1, DigitImages.Size, DigitImages.Size])];

    /// <inheritdoc/>
    public IReadOnlyList<string> Classes { get; } = [.. Enumerable.Range(0, 10).Select(c => c.ToString(CultureInfo.InvariantCulture))];

    /// <inheritdoc/>
    public string Digest { get; }

    /// <summary>The file of a folder.</summary>
    public static string FileOf(string folder) => Path.Combine(folder, FileName);

    /// <summary>Reads the file and begins to make the samples of the training split; those of another are made when they are first asked for.</summary>
    /// <param name="folder">Folder that holds av-digits.safetensors.gz.</param>
    /// <param name="seed">Seed of pairs, voices, shifts, babble and noise.</param>
    /// <param name="options">How hard it is.</param>
    /// <exception cref="DataException">The file is missing or damaged; names it and the remedy.</exception>
    public static AvDigitsDataset Open(string folder, ulong seed, AvDigitsOptions options)
    {
        string path = FileOf(folder);
        if (!File.Exists(path))
        {
            throw new DataException(
            [
                $"{path}: the file of the dataset '{Datasets.AvDigits}' is not there. "
                    + $"Set data.path to the folder that holds {FileName}; it ships in datasets/av-digits.",
            ]);
        }

        byte[] packed = File.ReadAllBytes(path);
        string digest = Convert.ToHexStringLower(SHA256.HashData(
            [.. SHA256.HashData(packed), .. Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"1 {seed} {options}"))]));
        SafetensorsContent content = Read(path, packed);
        try
        {
            return Open(path, digest, content, seed, options);
        }
        catch
        {
            content.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public SampleTable Samples(Split split) => tables[split];

    /// <inheritdoc/>
    public Tensor Load(string modality, Split split, IReadOnlyList<int> rows) => inputs[modality].Of(split).Rows(rows);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (DigitInputs made in inputs.Values)
        {
            made.Dispose();
        }

        content.Dispose();
    }

    private static AvDigitsDataset Open(string path, string digest, SafetensorsContent content, ulong seed, AvDigitsOptions options)
    {
        IReadOnlyDictionary<string, Tensor> file = content.Tensors;
        CheckTensors(path, file);
        byte[] imageSplits = file["image_split"].bytes.ToArray(), imageLabels = file["image_labels"].bytes.ToArray();
        Dictionary<Split, int[]> rows = Enum.GetValues<Split>().ToDictionary(
            split => split, split => Enumerable.Range(0, imageSplits.Length).Where(row => imageSplits[row] == (byte)split).ToArray());
        int[] train = rows[Split.Train];
        rows[Split.Train] =
        [
            .. new RandomStream(seed, 6UL << 60).Permutation(train.Length).Take(options.TrainSamples).Order().Select(position => train[position]),
        ];
        Dictionary<Split, int[]> labels = rows.ToDictionary(r => r.Key, r => r.Value.Select(row => (int)imageLabels[row]).ToArray());
        var speech = new DigitSpeech(file, seed, options);
        Dictionary<Split, int[]> clips = labels.ToDictionary(l => l.Key, l => speech.Pair(l.Key, l.Value));
        Dictionary<Split, SampleTable> tables = [];
        foreach (Split split in rows.Keys)
        {
            string prefix = split.ToString().ToLowerInvariant();
            tables[split] = new SampleTable([.. rows[split].Select((row, i) => $"{prefix}-{i:D5}-image{row:D5}-clip{clips[split][i]:D4}")], labels[split]);
        }

        var audio = new DigitInputs(split => speech.Make(split, clips[split])); // [N, 1, 64, 32]
        var image = new DigitInputs(new DigitImages(file["images"], rows, seed, options).Make); // [N, 1, 28, 28]
        return new AvDigitsDataset(digest, content, new Dictionary<string, DigitInputs> { ["audio"] = audio, ["image"] = image }, tables);
    }

    private static void CheckTensors(string path, IReadOnlyDictionary<string, Tensor> file)
    {
        string[] faults = [.. DigitTensors.Faults(file).Select(fault => $"{path}: {fault} Restore it: git checkout -- {FileName}, or run make.py.")];
        if (faults.Length > 0)
        {
            throw new DataException(faults);
        }
    }

    /// <summary>As the end of the file tells it; one that is damaged may tell any.</summary>
    private static int UnpackedLength(byte[] packed) =>
        packed.Length < 4 ? 0 : (int)Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(packed.AsSpan()[^4..]), MostGrowth * packed.Length);

    private static SafetensorsContent Read(string path, byte[] packed)
    {
        try
        {
            using var unpacked = new GZipStream(new MemoryStream(packed), CompressionMode.Decompress);
            var whole = new MemoryStream(UnpackedLength(packed));
            unpacked.CopyTo(whole);
            whole.Position = 0;
            return Safetensors.Read(whole, path);
        }
        catch (Exception failure) when (failure is InvalidDataException or CheckpointException)
        {
            throw new DataException([$"{path}: the file is damaged ({failure.Message}). Restore it: git checkout -- {FileName}, or run make.py."]);
        }
    }
}
