using System.Security.Cryptography;
using System.Text.Json;

namespace Actors.Learning.Checkpoints;

/// <summary>What a checkpoint holds, written last: a folder without it is not a checkpoint.</summary>
/// <param name="Format">Version of the layout.</param>
/// <param name="Step">Steps taken.</param>
/// <param name="Files">Name to size and hash, of every other file.</param>
internal sealed record CheckpointManifest(int Format, long Step, SortedDictionary<string, CheckpointManifest.Entry> Files)
{
    public const string FileName = "manifest.json";
    public const int CurrentFormat = 1;

    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Size in bytes and SHA-256 in hex of one file.</summary>
    internal sealed record Entry(long Bytes, string Sha256);

    /// <summary>Describes the files of a folder as they are.</summary>
    public static CheckpointManifest Describe(string folder, long step)
    {
        var files = new SortedDictionary<string, Entry>(StringComparer.Ordinal);
        foreach (string path in Directory.EnumerateFiles(folder))
        {
            files[Path.GetFileName(path)] = Measure(path);
        }

        return new CheckpointManifest(CurrentFormat, step, files);
    }

    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <summary>Reads a folder's manifest and checks every file against it.</summary>
    /// <exception cref="CheckpointException">Something is missing, changed or of a newer format; names it.</exception>
    public static CheckpointManifest Verify(string folder)
    {
        string path = Path.Combine(folder, FileName);
        CheckpointManifest manifest;
        try
        {
            manifest = JsonSerializer.Deserialize<CheckpointManifest>(File.ReadAllText(path), Json) ?? throw new JsonException("it is empty");
        }
        catch (Exception failure) when (failure is IOException or JsonException or UnauthorizedAccessException)
        {
            throw new CheckpointException($"{path}: the checkpoint's manifest cannot be read ({failure.Message}). Use an earlier checkpoint.", failure);
        }

        if (manifest.Format != CurrentFormat || manifest.Files is null)
        {
            throw new CheckpointException($"{path}: the checkpoint has format {manifest.Format}, but this program reads {CurrentFormat}. Use the version of Actors that wrote it.");
        }

        foreach ((string name, Entry expected) in manifest.Files)
        {
            if (name != Path.GetFileName(name))
            {
                throw new CheckpointException($"{path}: names '{name}', which is not a file of the checkpoint's own folder. Do not use this checkpoint.");
            }

            string file = Path.Combine(folder, name);
            if (!File.Exists(file))
            {
                throw new CheckpointException($"{file}: a file of the checkpoint is missing. Use an earlier checkpoint.");
            }

            Entry found = Measure(file);
            if (found != expected)
            {
                throw new CheckpointException(
                    $"{file}: the file is damaged: {expected.Bytes} bytes with SHA-256 {expected.Sha256[..12]}… were written, {found.Bytes} with {found.Sha256[..12]}… are there. Use an earlier checkpoint.");
            }
        }

        return manifest;
    }

    private static Entry Measure(string path)
    {
        using FileStream file = File.OpenRead(path);
        return new Entry(file.Length, Convert.ToHexStringLower(SHA256.HashData(file)));
    }
}
