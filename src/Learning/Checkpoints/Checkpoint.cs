namespace Actors.Learning.Checkpoints;

/// <summary>A checkpoint that was verified when it was opened.</summary>
public sealed record Checkpoint
{
    internal Checkpoint(string folder, long step, long bytes) =>
        (Folder, Step, Bytes, Time) = (folder, step, bytes, File.GetLastWriteTimeUtc(Path.Combine(folder, CheckpointManifest.FileName)));

    /// <summary>Its folder.</summary>
    public string Folder { get; }

    /// <summary>Steps taken.</summary>
    public long Step { get; }

    /// <summary>Size of all files but the manifest.</summary>
    public long Bytes { get; }

    /// <summary>When it was written, by the file system's clock.</summary>
    public DateTimeOffset Time { get; internal init; }

    /// <summary>A module's tensors. The caller disposes them.</summary>
    /// <exception cref="CheckpointException">There is no such module.</exception>
    public SafetensorsContent ReadTensors(string name) => ReadTensors(Folder, name);

    /// <summary>A module's tensors of the checkpoint in a folder that another worker verified. The caller disposes them.</summary>
    public static SafetensorsContent ReadTensors(string folder, string name) => Safetensors.Read(Path.Combine(folder, $"{name}.safetensors"));

    /// <summary>A text file's content.</summary>
    public string ReadText(string name) => File.ReadAllText(Path.Combine(Folder, name));
}
