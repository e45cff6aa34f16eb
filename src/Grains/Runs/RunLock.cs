namespace Actors.Grains.Runs;

/// <summary>The right to write a run's folder, held while it trains; the system takes it back when the process dies.</summary>
public sealed class RunLock : IDisposable
{
    private const string FileName = ".lock";
    private const int Tries = 20;

    private readonly FileStream file;

    private RunLock(FileStream file) => this.file = file;

    /// <summary>Takes the lock of a folder that is there.</summary>
    /// <exception cref="IOException">Another process has it, or the folder cannot be written.</exception>
    public static async Task<RunLock> TakeAsync(string folder, TimeProvider time)
    {
        for (int tried = 1; ; tried++)
        {
            try
            {
                return new RunLock(new FileStream(Path.Combine(folder, FileName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }
            catch (IOException) when (IsHeld(folder) && tried < Tries)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(25), time); // somebody may only be looking, which takes no time
            }
            catch (IOException) when (IsHeld(folder))
            {
                throw new IOException($"{folder}: the run is under way in another process. See it with 'actors show {folder}', or stop that process first.");
            }
        }
    }

    /// <summary>True while a process trains the run in a folder.</summary>
    public static bool IsHeld(string folder)
    {
        string path = Path.Combine(folder, FileName);
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

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();
}
