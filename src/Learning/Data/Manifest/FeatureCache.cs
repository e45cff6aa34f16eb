using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Hashing;
using System.Security.Cryptography;
using System.Text;
using Actors.Learning.Checkpoints;
using static TorchSharp.torch;

namespace Actors.Learning.Data.Manifest;

/// <summary>Decoded features: in memory up to a limit, and on disk where a folder is given, keyed by the file's content and the settings.</summary>
internal sealed class FeatureCache : IDisposable
{
    private const string Name = "feature", Checksum = "checksum", Drafts = "drafts";

    private static readonly TimeSpan Abandoned = TimeSpan.FromHours(1); // writing one takes milliseconds

    private readonly string? folder;
    private readonly long memoryBytes;
    private readonly ConcurrentDictionary<(string Modality, string Digest), Tensor> memory = new();
    private long used;
    private volatile bool isFull; // or cannot be written any more

    /// <summary>Opens it.</summary>
    /// <param name="folder">Where features are kept on disk; null: nowhere.</param>
    /// <param name="memoryBytes">The most of them that memory holds.</param>
    public FeatureCache(string? folder, long memoryBytes)
    {
        (this.folder, this.memoryBytes) = (folder, memoryBytes);
        if (folder is not null)
        {
            DeleteOldDrafts(Path.Combine(folder, Drafts));
        }
    }

    /// <summary>What keeps a folder from being written, a sentence; none where it can be. It is made where it is not there.</summary>
    /// <remarks>Where it fills up later the run goes on without it; what never worked was set by mistake.</remarks>
    public static IReadOnlyList<string> Faults(string? folder)
    {
        try
        {
            if (folder is not null)
            {
                Directory.CreateDirectory(folder);
                File.Create(Path.Combine(folder, $"{Guid.NewGuid():N}"), 1, FileOptions.DeleteOnClose).Dispose();
            }

            return [];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return
            [
                $"data.cache: the folder '{folder}' cannot be written ({failure.Message.TrimEnd('.')}). "
                    + "Set data.cache to a folder that this user may write, or leave it out.",
            ];
        }
    }

    /// <summary>The features of a file; decoded where they are in neither.</summary>
    /// <param name="modality">Modality.</param>
    /// <param name="digest">SHA-256 (hex) of the file's content.</param>
    /// <param name="settings">Everything that decides how it is decoded.</param>
    /// <param name="decode">Decodes it; the result becomes the cache's or the caller's.</param>
    /// <returns>The tensor for the caller to dispose.</returns>
    public Tensor Get(string modality, string digest, string settings, Func<Tensor> decode)
    {
        if (memory.TryGetValue((modality, digest), out Tensor? kept))
        {
            return kept.alias();
        }

        Tensor decoded = (folder is null ? decode() : FromDisk(digest, settings, decode)).DetachFromDisposeScope(); // it outlives the caller's
        long bytes = decoded.numel() * sizeof(float);
        if (Interlocked.Add(ref used, bytes) > memoryBytes)
        {
            Interlocked.Add(ref used, -bytes);
            return decoded;
        }

        Tensor alias = decoded.alias();
        if (!memory.TryAdd((modality, digest), decoded))
        {
            Interlocked.Add(ref used, -bytes); // another thread was first
            decoded.Dispose();
        }

        return alias;
    }

    public void Dispose()
    {
        foreach (Tensor tensor in memory.Values)
        {
            tensor.Dispose();
        }
    }

    private Tensor FromDisk(string digest, string settings, Func<Tensor> decode)
    {
        string key = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{digest} {settings}")));
        string path = Path.Combine(folder!, key[..2], $"{key}.safetensors");
        if (Kept(path) is { } kept)
        {
            return kept;
        }

        Tensor decoded = decode();
        Keep(path, decoded);
        return decoded;
    }

    /// <summary>What an entry holds; null where there is none, or it is damaged or another user's.</summary>
    private static Tensor? Kept(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            SafetensorsContent content = Safetensors.Read(path);
            if (content.Tensors.TryGetValue(Name, out Tensor? kept) && content.Metadata.GetValueOrDefault(Checksum) == ChecksumOf(kept))
            {
                return kept; // its only tensor
            }

            content.Dispose();
        }
        catch (CheckpointException)
        {
        }

        return null; // the new one takes its place
    }

    private void Keep(string path, Tensor decoded)
    {
        if (isFull)
        {
            return;
        }

        string draft = Path.Combine(folder!, Drafts, $"{Guid.NewGuid():N}");
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(draft)!);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var notes = new Dictionary<string, string> { [Checksum] = ChecksumOf(decoded) };
            Safetensors.Write(draft, new Dictionary<string, Tensor> { [Name] = decoded }, notes);
            File.Move(draft, path, overwrite: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            isFull = true; // the run does not depend on what is kept
            Delete(draft);
        }
    }

    /// <summary>Deletes what killed processes left. Files alone say how old one is: a disk of the network has a clock of its own.</summary>
    private static void DeleteOldDrafts(string folder)
    {
        if (!Directory.Exists(folder))
        {
            return;
        }

        string own = Path.Combine(folder, $"{Guid.NewGuid():N}");
        try
        {
            File.Create(own).Dispose();
            DateTime now = File.GetLastWriteTimeUtc(own);
            Array.ForEach([.. Directory.EnumerateFiles(folder).Where(draft => now - File.GetLastWriteTimeUtc(draft) > Abandoned)], Delete);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // they only take room
        }

        Delete(own);
    }

    private static void Delete(string draft)
    {
        try
        {
            File.Delete(draft);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // no run ends for what is in its way: another user's, or a disk that can only be read by now
        }
    }

    private static string ChecksumOf(Tensor features)
    {
        using Tensor inOrder = features.contiguous();
        return string.Create(CultureInfo.InvariantCulture, $"{inOrder.dtype} {XxHash3.HashToUInt64(inOrder.bytes):x16}");
    }
}
