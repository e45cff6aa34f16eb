using System.Globalization;
using Actors.Contracts.Runs;
using Actors.Learning.Checkpoints;

namespace Actors.Grains.Runs;

/// <summary>The right to write a run's folder, held while it trains; the system takes it back when the process dies.</summary>
/// <remarks>
/// A process that hangs keeps it. A newer generation of the same run then takes over: it first names itself in <c>.owner</c>, and then makes a lock file of its
/// own. The older one
/// looks there after it has opened what it writes and before it writes, so that whatever it does on awakening goes into files that the newer one has replaced.
/// </remarks>
public sealed class RunLock : IDisposable
{
    private const string FileName = ".lock";
    private const string OwnerName = ".owner";
    private const string TakingName = ".owner.lock";
    private const int Tries = 20;

    private readonly FileStream file;
    private readonly string ownerPath;

    private RunLock(FileStream file, string folder, string owner) =>
        (this.file, ownerPath, Owner) = (file, Path.Combine(folder, OwnerName), new FolderOwner(folder, owner));

    /// <summary>What others see in the folder while it is held.</summary>
    public FolderOwner Owner { get; }

    /// <summary>False where a newer generation took over: nothing more may be written.</summary>
    public bool IsOwn => Read(ownerPath) == Owner.Text;

    /// <summary>Takes the lock of a folder that is there.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="time">The clock of the tries.</param>
    /// <param name="generation">Of a run whose generations are numbered by the cluster's storage; 0: of any other, which never takes over.</param>
    /// <exception cref="IOException">Another process has it, or the folder cannot be written.</exception>
    /// <exception cref="RunFencedException">A newer generation has it, or had it last.</exception>
    public static async Task<RunLock> TakeAsync(string folder, TimeProvider time, int generation = 0)
    {
        string own = string.Create(CultureInfo.InvariantCulture, $"{generation} {Guid.NewGuid():N}");
        string ownerPath = Path.Combine(folder, OwnerName);
        FileStream? file = await TryTakeAsync(Path.Combine(folder, FileName), time);
        try
        {
            // Whoever looks and then names itself does both before the next one looks. Somebody who hangs meanwhile keeps nobody out: half a second was enough.
            using FileStream? taking = await TryTakeAsync(Path.Combine(folder, TakingName), time);
            int holder = GenerationOf(Read(ownerPath));
            if (generation > 0 && holder > generation)
            {
                throw new RunFencedException();
            }

            if (file is null && (holder == 0 || holder >= generation))
            {
                throw new IOException($"{folder}: the run is under way in another process. See it with 'actors show {folder}', or stop that process first.");
            }

            DurableFile.Replace(ownerPath, own); // from here on the older generation writes nothing
            return new RunLock(file ?? Replace(folder), folder, own);
        }
        catch
        {
            file?.Dispose();
            throw;
        }
    }

    /// <summary>Why a folder that was taken is not seen here, a sentence or more; null where it is.</summary>
    public static string? Fault(FolderOwner taken)
    {
        string? why;
        try
        {
            string? found = Read(Path.Combine(taken.Folder, OwnerName));
            why = found is null ? $"it has no {OwnerName} there" : found == taken.Text ? null : $"its {OwnerName} is another there";
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            why = failure.Message.TrimEnd('.');
        }

        return why is null ? null : $"the run's folder {taken.Folder} is not seen there: {why}. "
            + "Every silo must see it under this path: mount it there, or name another folder with --output.";
    }

    /// <summary>True while a process trains the run in a folder.</summary>
    public static bool IsHeld(string folder) => IsTaken(Path.Combine(folder, FileName));

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    private static bool IsTaken(string path)
    {
        try
        {
            using FileStream? look = File.Exists(path) ? new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read) : null;
            return false;
        }
        catch (IOException)
        {
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return false; // another person's, who alone could say
        }
    }

    private static async Task<FileStream?> TryTakeAsync(string path, TimeProvider time)
    {
        for (int tried = 1; ; tried++)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (tried < Tries)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(25), time); // somebody may only be looking, which takes no time
            }
            catch (IOException) when (IsTaken(path))
            {
                return null;
            }
        }
    }

    /// <summary>A lock file in the place of one that a process which hangs holds.</summary>
    private static FileStream Replace(string folder)
    {
        string path = Path.Combine(folder, FileName);
        string draft = $"{path}.{Guid.NewGuid():N}";
        var file = new FileStream(draft, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
        File.Move(draft, path, overwrite: true);
        return file;
    }

    private static string? Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    private static int GenerationOf(string? text) =>
        int.TryParse(text?.Split(' ')[0], NumberStyles.None, CultureInfo.InvariantCulture, out int generation) ? generation : 0;
}
