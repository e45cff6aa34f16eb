using Actors.Learning.Data.Audio;
using Actors.Learning.Data.Images;

namespace Actors.Learning.Data.Manifest;

/// <summary>How the files that a manifest names become inputs.</summary>
public sealed record ManifestOptions
{
    /// <summary>Modalities (columns) that hold WAV files.</summary>
    public IReadOnlyDictionary<string, AudioOptions> Audio { get; init; } = new Dictionary<string, AudioOptions>();

    /// <summary>Modalities (columns) that hold PNG or JPEG files.</summary>
    public IReadOnlyDictionary<string, ImageOptions> Image { get; init; } = new Dictionary<string, ImageOptions>();

    /// <summary>Index of the one shard whose files are here, where the manifest names shards; null: all files are.</summary>
    public int? Shard { get; init; }

    /// <summary>Folder for decoded features; null: none are kept on disk.</summary>
    public string? CacheFolder { get; init; }

    /// <summary>Bytes of decoded features kept in memory, ≥ 0. Default: 2 GiB.</summary>
    public long MemoryBytes { get; init; } = 2L << 30;
}
