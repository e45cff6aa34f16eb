using static TorchSharp.torch;

namespace Actors.Learning.Checkpoints;

/// <summary>A checkpoint being written. Workers on the same file system join it by its folder; one of them commits.</summary>
public sealed class CheckpointDraft
{
    private CheckpointDraft(string folder) => Folder = folder;

    /// <summary>Folder of the draft.</summary>
    public string Folder { get; }

    /// <summary>Takes part in a draft that another worker began.</summary>
    public static CheckpointDraft Join(string folder) => new(folder);

    /// <summary>Writes a module's tensors as <c>NAME.safetensors</c>.</summary>
    /// <exception cref="CheckpointException">The disk is full or cannot be written; names the file and the remedy.</exception>
    public void WriteTensors(string name, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string>? metadata = null) =>
        Guard(Path.Combine(Folder, $"{name}.safetensors"), path => Safetensors.Write(path, tensors, metadata));

    /// <summary>Writes a text file.</summary>
    /// <exception cref="CheckpointException">The disk is full or cannot be written; names the file and the remedy.</exception>
    public void WriteText(string name, string text) => Guard(Path.Combine(Folder, name), path => DurableFile.Write(path, text));

    internal static void Guard(string path, Action<string> write)
    {
        try
        {
            write(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException(
                $"{path}: the checkpoint cannot be written ({failure.Message}). Free space or mend the permissions there; earlier checkpoints are untouched.",
                failure);
        }
    }
}
