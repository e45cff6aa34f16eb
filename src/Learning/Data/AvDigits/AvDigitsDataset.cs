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

    private readonly Dictionary<(string, Split), Tensor> inputs;
    private readonly Dictionary<Split, SampleTable> tables;

    private AvDigitsDataset(string digest, Dictionary<(string, Split), Tensor> inputs, Dictionary<Split, SampleTable> tables) =>
        (Digest, this.inputs, this.tables) = (digest, inputs, tables);

    /// <inheritdoc/>
    public string Name => Datasets.AvDigits;

    /// <inheritdoc/>
    public IReadOnlyList<Modality> Modalities { get; } =
        [new("audio", [1, DigitSpeech.Bins, DigitSpeech.Frames]), new("image", [1, DigitImages.Size, DigitImages.Size])];

    /// <inheritdoc/>
    public IReadOnlyList<string> Classes { get; } = [.. Enumerable.Range(0, 10).Select(c => c.ToString(CultureInfo.InvariantCulture))];

    /// <inheritdoc/>
    public string Digest { get; }

    /// <summary>Reads the file and makes every sample of every split.</summary>
    /// <param name="folder">Folder that holds av-digits.safetensors.gz.</param>
    /// <param name="seed">Seed of pairs, voices, shifts, babble and noise.</param>
    /// <param name="options">How hard it is.</param>
    /// <exception cref="DataException">The file is missing or damaged; names it and the remedy.</exception>
    public static AvDigitsDataset Open(string folder, ulong seed, AvDigitsOptions options)
    {
        string path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            throw new DataException([$"{path}: the file of the dataset '{Datasets.AvDigits}' is not there. Set data.path to the folder that holds {FileName}; it ships in datasets/av-digits."]);
        }

        byte[] packed = File.ReadAllBytes(path);
        string digest = Convert.ToHexStringLower(SHA256.HashData(
            [.. SHA256.HashData(packed), .. Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"1 {seed} {options}"))]));
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        IReadOnlyDictionary<string, Tensor> file = Read(path, packed);
        byte[] imageSplits = file["image_split"].bytes.ToArray(), imageLabels = file["image_labels"].bytes.ToArray();
        Dictionary<Split, int[]> rows = Enum.GetValues<Split>().ToDictionary(
            split => split, split => Enumerable.Range(0, imageSplits.Length).Where(row => imageSplits[row] == (byte)split).ToArray());
        Dictionary<Split, int[]> labels = rows.ToDictionary(r => r.Key, r => r.Value.Select(row => (int)imageLabels[row]).ToArray());
        var speech = new DigitSpeech(file, seed, options);
        Dictionary<Split, int[]> clips = labels.ToDictionary(l => l.Key, l => speech.Pair(l.Key, l.Value));

        // Side by side, a torch thread each: half the time, and the same bits on any number of cores.
        Task<Dictionary<Split, Tensor>> hearing = Making(() => rows.Keys.ToDictionary(split => split, split => speech.Make(split, clips[split])));
        Task<Dictionary<Split, Tensor>> seeing = Making(() =>
        {
            var images = new DigitImages(file["images"], rows[Split.Train], seed, options);
            return rows.ToDictionary(r => r.Key, r => images.Make(r.Key, r.Value));
        });
        Task.WaitAll(hearing, seeing);
        Dictionary<(string, Split), Tensor> inputs = [];
        Dictionary<Split, SampleTable> tables = [];
        foreach (Split split in rows.Keys)
        {
            inputs[("audio", split)] = hearing.Result[split]; // [N, 1, 64, 32]
            inputs[("image", split)] = seeing.Result[split]; // [N, 1, 28, 28]
            string prefix = split.ToString().ToLowerInvariant();
            tables[split] = new SampleTable([.. rows[split].Select((row, i) => $"{prefix}-{i:D5}-image{row:D5}-clip{clips[split][i]:D4}")], labels[split]);
        }

        return new AvDigitsDataset(digest, inputs, tables);
    }

    /// <inheritdoc/>
    public SampleTable Samples(Split split) => tables[split];

    /// <inheritdoc/>
    public Tensor Load(string modality, Split split, IReadOnlyList<int> rows) => inputs[(modality, split)].Rows(rows);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Tensor tensor in inputs.Values)
        {
            tensor.Dispose();
        }
    }

    /// <summary>Makes tensors on a thread of its own, apart from the caller's scope.</summary>
    private static Task<Dictionary<Split, Tensor>> Making(Func<Dictionary<Split, Tensor>> make) => Task.Factory.StartNew(
        () =>
        {
            set_num_threads(1);
            using var scope = NewDisposeScope();
            using var noGrad = no_grad();
            Dictionary<Split, Tensor> made = make();
            foreach (Tensor tensor in made.Values)
            {
                tensor.DetachFromDisposeScope();
            }

            return made;
        },
        CancellationToken.None,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);

    private static IReadOnlyDictionary<string, Tensor> Read(string path, byte[] packed)
    {
        try
        {
            using var unpacked = new GZipStream(new MemoryStream(packed), CompressionMode.Decompress);
            var whole = new MemoryStream();
            unpacked.CopyTo(whole);
            whole.Position = 0;
            return Safetensors.Read(whole, path).Tensors;
        }
        catch (Exception failure) when (failure is InvalidDataException or CheckpointException)
        {
            throw new DataException([$"{path}: the file is damaged ({failure.Message}). Restore it: git checkout -- {FileName}, or run make.py."]);
        }
    }
}
