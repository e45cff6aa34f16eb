using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Actors.Learning.Checkpoints;

/// <summary>What a checkpoint holds, written last: a folder without it is not a checkpoint.</summary>
/// <param name="Format">Version of the layout.</param>
/// <param name="Step">Steps taken.</param>
/// <param name="Files">Name to size and hash, of every other file.</param>
/// <param name="Sha256">Hash of the manifest's own text with zeros in this place; null in what older programs wrote.</param>
internal sealed record CheckpointManifest(int Format, long Step, SortedDictionary<string, CheckpointManifest.Entry> Files, string? Sha256 = null)
{
    public const string FileName = "manifest.json";
    public const int CurrentFormat = 1;

    private const string Remedy = "Restore it from a copy, or use an earlier checkpoint.";

    private static readonly string Zeros = new('0', 2 * SHA256.HashSizeInBytes);

    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>Size in bytes and SHA-256 in hex of one file.</summary>
    internal sealed record Entry(long Bytes, string Sha256)
    {
        public override string ToString() => $"{Bytes} bytes with SHA-256 {Sha256[..Math.Min(12, Sha256.Length)]}…";
    }

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

    /// <summary>The manifest's text, with its own hash.</summary>
    public string ToJson()
    {
        string text = JsonSerializer.Serialize(this with { Sha256 = Zeros }, Json);
        return text.Replace(Zeros, Hash(text), StringComparison.Ordinal);
    }

    /// <summary>Reads a folder's manifest and checks it and every file against it.</summary>
    /// <param name="folder">The checkpoint's.</param>
    /// <param name="step">Steps taken, by the folder's name.</param>
    /// <exception cref="CheckpointException">Something is missing, changed or of a newer format; names it.</exception>
    public static CheckpointManifest Verify(string folder, long step)
    {
        string path = Path.Combine(folder, FileName);
        CheckpointManifest manifest = Read(path);
        if (manifest.Format != CurrentFormat)
        {
            throw new CheckpointException(
                $"{path}: the checkpoint has format {manifest.Format}, but this program reads {CurrentFormat}. Use the version of Actors that wrote it.");
        }

        if (manifest.Step != step)
        {
            throw new CheckpointException($"{path}: the manifest is of step {manifest.Step}, but its folder of step {step}. {Remedy}");
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
                throw new CheckpointException($"{file}: a file of the checkpoint is missing. {Remedy}");
            }

            Entry found = Guard(file, "a file of the checkpoint", Measure);
            if (found != expected)
            {
                throw new CheckpointException($"{file}: the file is damaged: {expected} were written, {found} are there. {Remedy}");
            }
        }

        return manifest;
    }

    private static CheckpointManifest Read(string path) => Guard(path, "the checkpoint's manifest", _ =>
    {
        string text = File.ReadAllText(path);
        CheckpointManifest manifest = JsonSerializer.Deserialize<CheckpointManifest>(text, Json) ?? throw new JsonException("it is empty");
        if (manifest.Sha256 is { } own && (own.Length != Zeros.Length || own != Hash(text.Replace(own, Zeros, StringComparison.Ordinal))))
        {
            throw new CheckpointException($"{path}: the checkpoint's manifest is damaged: it does not have the SHA-256 that it says. {Remedy}");
        }

        return manifest.Files.FirstOrDefault(file => file.Value is null).Key is { } nameless
            ? throw new JsonException($"it says nothing of '{nameless}'")
            : manifest;
    });

    private static T Guard<T>(string path, string what, Func<string, T> read)
    {
        try
        {
            return read(path);
        }
        catch (Exception failure) when (failure is IOException or JsonException or UnauthorizedAccessException)
        {
            throw new CheckpointException($"{path}: {what} cannot be read ({failure.Message}). {Remedy}", failure);
        }
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static Entry Measure(string path)
    {
        using FileStream file = File.OpenRead(path);
        return new Entry(file.Length, Convert.ToHexStringLower(SHA256.HashData(file)));
    }
}
