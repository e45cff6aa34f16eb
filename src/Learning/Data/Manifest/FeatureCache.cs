using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Actors.Learning.Checkpoints;
using static TorchSharp.torch;

namespace Actors.Learning.Data.Manifest;

/// <summary>Decoded features: in memory up to a limit, and on disk where a folder is given, keyed by the file's content and the settings.</summary>
internal sealed class FeatureCache(string? folder, long memoryBytes) : IDisposable
{
    private const string Name = "feature";

    private readonly ConcurrentDictionary<(string Modality, string Digest), Tensor> memory = new();
    private long used;
    private volatile bool isFull;

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
            return [$"data.cache: the folder '{folder}' cannot be written ({failure.Message.TrimEnd('.')}). Set data.cache to a folder that this user may write, or leave it out."];
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
        if (File.Exists(path))
        {
            try
            {
                return Safetensors.Read(path).Tensors[Name]; // its only tensor
            }
            catch (Exception failure) when (failure is CheckpointException or KeyNotFoundException)
            {
                File.Delete(path); // damaged: decoded anew
            }
        }

        Tensor decoded = decode();
        Keep(path, decoded);
        return decoded;
    }

    private void Keep(string path, Tensor decoded)
    {
        if (isFull)
        {
            return;
        }

        string draft = $"{path}.{Guid.NewGuid():N}";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            Safetensors.Write(draft, new Dictionary<string, Tensor> { [Name] = decoded });
            File.Move(draft, path, overwrite: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            isFull = true; // the run does not depend on what is kept
            if (File.Exists(draft))
            {
                File.Delete(draft);
            }
        }
    }
}
