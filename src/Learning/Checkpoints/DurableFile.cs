using System.Runtime.InteropServices;
using System.Text;

namespace Actors.Learning.Checkpoints;

/// <summary>Writes that survive a power cut.</summary>
public static partial class DurableFile
{
    private const string Draft = ".draft";
    private const int ReadOnlyDirectory = 0x10000; // O_RDONLY | O_DIRECTORY on Linux x64

    /// <summary>Replaces a file whole: a reader sees the old text or the new, never a part.</summary>
    public static void Replace(string path, string text) => TryReplace(path, $"{path}{Draft}", text, isOwn: () => true);

    /// <summary>Replaces a file whole, if it still is the caller's when the new text is written.</summary>
    /// <param name="path">The file.</param>
    /// <param name="draft">
    /// Where the text is written first; gone afterwards. Whoever takes the file over deletes it, which keeps an older owner from putting it in place.
    /// </param>
    /// <param name="text">The new text.</param>
    /// <param name="isOwn">Asked between the two.</param>
    /// <returns>False where it is not: the file is as it was.</returns>
    public static bool TryReplace(string path, string draft, string text, Func<bool> isOwn)
    {
        try
        {
            Write(draft, text);
            if (!isOwn())
            {
                return false;
            }

            File.Move(draft, path, overwrite: true);
        }
        finally
        {
            File.Delete(draft);
        }

        FlushFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
        return true;
    }

    /// <summary>Replaces a file whole, if it still is the caller's; drafts that older owners have of it can be put in place no more.</summary>
    /// <param name="path">The file.</param>
    /// <param name="text">The new text.</param>
    /// <param name="isOwn">False once another has it; asked before anything is touched, and again when the text is written.</param>
    /// <returns>False where it is not: the file is as it was.</returns>
    public static bool TryReplace(string path, string text, Func<bool> isOwn)
    {
        if (!isOwn())
        {
            return false; // the drafts are the newer owner's
        }

        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        Array.ForEach(Directory.GetFiles(folder, $"{Path.GetFileName(path)}.*{Draft}"), File.Delete);
        try
        {
            return TryReplace(path, $"{path}.{Guid.NewGuid():N}{Draft}", text, isOwn);
        }
        catch (FileNotFoundException)
        {
            return false; // a newer owner has deleted the draft
        }
    }

    /// <summary>Writes a file and waits until the disk has it.</summary>
    internal static void Write(string path, string text)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write);
        file.Write(Encoding.UTF8.GetBytes(text));
        file.Flush(flushToDisk: true);
    }

    /// <summary>Waits until the disk has a folder's names: a rename is durable only then.</summary>
    internal static void FlushFolder(string folder)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        int descriptor = Open(folder, ReadOnlyDirectory);
        if (descriptor >= 0)
        {
            _ = Flush(descriptor); // a file system that cannot flush folders has nothing better to offer
            _ = Close(descriptor);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int Flush(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
