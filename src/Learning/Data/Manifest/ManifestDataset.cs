using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Actors.Learning.Data.Audio;
using Actors.Learning.Data.Images;
using Actors.Learning.Devices;
using static TorchSharp.torch;

namespace Actors.Learning.Data.Manifest;

/// <summary>A person's own data: a CSV that names a WAV, PNG or JPEG file per sample and modality. docs/manifest.md has the format.</summary>
public sealed class ManifestDataset : IDataset
{
    private readonly ManifestOptions options;
    private readonly Dictionary<Split, ManifestRow[]> rows;
    private readonly Dictionary<Split, SampleTable> tables = [];
    private readonly Dictionary<string, Spectrogram> spectrograms;
    private readonly FeatureCache cache;
    private readonly IReadOnlyDictionary<string, string> digests; // by path
    private readonly string path;

    private ManifestDataset(string path, ManifestOptions options, IReadOnlyList<ManifestRow> all, IReadOnlyDictionary<string, string> digests)
    {
        (this.path, this.options, this.digests) = (path, options, digests);
        Modalities =
        [
            .. options.Audio.Select(a => new Modality(a.Key, [1, a.Value.Bins, a.Value.Frames])),
            .. options.Image.Select(i => new Modality(i.Key, [i.Value.Channels, i.Value.Height, i.Value.Width])),
        ];
        string[] classes = [.. all.Select(row => row.Label).Distinct().Order(StringComparer.Ordinal)];
        Classes = classes;
        rows = Enum.GetValues<Split>().ToDictionary(split => split, split => all.Where(row => row.Split == split).ToArray());
        foreach ((Split split, ManifestRow[] list) in rows)
        {
            tables[split] = new SampleTable(
                [.. list.Select(row => row.Id)],
                [.. list.Select(row => Array.BinarySearch(classes, row.Label, StringComparer.Ordinal))],
                list.Any(row => row.Shard is not null) ? [.. list.Select(row => row.Shard!)] : null);
        }

        spectrograms = options.Audio.ToDictionary(a => a.Key, a => new Spectrogram(a.Value));
        cache = new FeatureCache(options.CacheFolder, options.MemoryBytes);
        Digest = Over(row => $"\t{string.Join('\t', Modalities.Select(m => digests.GetValueOrDefault(row.Files[m.Name], "elsewhere")))}");
        SharedDigest = all.All(row => digests.ContainsKey(row.Files[Modalities[0].Name])) ? Digest : Over(_ => "");

        string Over(Func<ManifestRow, string> files) => DigestOf(Encoding.UTF8.GetBytes(string.Join('\n', Modalities.Select(m => $"{m.Name} {Settings(m.Name)}")
            .Concat(all.Select(row => $"{row.Id}\t{row.Label}\t{row.Split}\t{row.Shard}{files(row)}")))));
    }

    /// <inheritdoc/>
    public string Name => Datasets.Manifest;

    /// <inheritdoc/>
    public IReadOnlyList<Modality> Modalities { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Classes { get; }

    /// <inheritdoc/>
    public string Digest { get; }

    /// <inheritdoc/>
    public string SharedDigest { get; }

    /// <summary>Reads the CSV and reads, checks and digests every file, or those of one shard.</summary>
    /// <exception cref="DataException">There are faults; all are listed.</exception>
    public static ManifestDataset Open(string path, ManifestOptions options)
    {
        string[] modalities = [.. options.Audio.Keys, .. options.Image.Keys];
        var digests = new ConcurrentDictionary<string, string>();
        IReadOnlyList<ManifestRow> rows = new ManifestReader(path, modalities, options.Shard, (modality, file) =>
        {
            byte[] content = File.ReadAllBytes(file);
            if (options.Audio.ContainsKey(modality))
            {
                WavFile.Check(content);
            }
            else
            {
                ImageFile.Check(content);
            }

            digests[file] = DigestOf(content);
        }).Read(out IReadOnlyList<string> ofRows);
        string[] faults = [.. FeatureCache.Faults(options.CacheFolder), .. ofRows];
        return faults.Length == 0 ? new ManifestDataset(path, options, rows, digests) : throw new DataException(faults);
    }

    /// <inheritdoc/>
    public SampleTable Samples(Split split) => tables[split];

    /// <inheritdoc/>
    public Tensor Load(string modality, Split split, IReadOnlyList<int> wanted)
    {
        var decoded = new Tensor[wanted.Count];
        var faults = new ConcurrentQueue<string>();
        var most = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount };
        // Never on the caller's thread: it may be a device's lane, which computes with more threads than samples decode with.
        ReadingThreads.RunAndWait(() => Parallel.For(0, wanted.Count, most, i =>
        {
            TorchThreads.Use(1); // samples decode beside each other, each in the same bits whichever thread takes it
            ManifestRow row = rows[split][wanted[i]];
            try
            {
                string digest = digests.GetValueOrDefault(row.Files[modality])
                    ?? throw new InvalidDataException($"it is kept by shard '{row.Shard}', and this is another's");
                decoded[i] = cache.Get(modality, digest, Settings(modality), () => Decode(modality, row.Files[modality])).DetachFromDisposeScope();
            }
            catch (Exception failure) when (failure is InvalidDataException or IOException or UnauthorizedAccessException)
            {
                faults.Enqueue(row.Fault(path, modality, failure));
            }
        }));
        try
        {
            return faults.IsEmpty ? stack(decoded) : throw new DataException([.. faults.Order(StringComparer.Ordinal)]); // [B, …]
        }
        finally
        {
            Array.ForEach(decoded, tensor => tensor?.Dispose());
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        cache.Dispose();
        foreach (Spectrogram spectrogram in spectrograms.Values)
        {
            spectrogram.Dispose();
        }
    }

    private static string DigestOf(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    private Tensor Decode(string modality, string file)
    {
        byte[] content = File.ReadAllBytes(file);
        if (DigestOf(content) != digests[file])
        {
            throw new InvalidDataException("it has changed since it was checked; leave files as they are while a run reads them");
        }

        return options.Audio.TryGetValue(modality, out AudioOptions? audio)
            ? spectrograms[modality].Of(WavFile.Read(content, audio))
            : ImageFile.Read(content, options.Image[modality]);
    }

    private string Settings(string modality) => options.Audio.TryGetValue(modality, out AudioOptions? audio) ? $"2 {audio}" : $"2 {options.Image[modality]}";
}
