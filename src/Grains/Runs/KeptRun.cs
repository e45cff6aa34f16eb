namespace Actors.Grains.Runs;

/// <summary>What is kept of a run, and the writing of it: one write after the other, since two at once would take each other for another silo's. Used from one grain's turns.</summary>
internal sealed class KeptRun(IPersistentState<RunRecord> storage)
{
    private readonly SerialQueue writes = new();

    /// <summary>The record; what is changed in it is kept with the next write.</summary>
    public RunRecord Record => storage.State;

    /// <summary>Writes the record down.</summary>
    /// <exception cref="Orleans.Storage.InconsistentStateException">Another activation has, whose run it is.</exception>
    public Task WriteAsync() => writes.RunAsync(storage.WriteStateAsync);

    /// <summary>Writes the record down. False where it could not be: what is written next holds it.</summary>
    public async Task<bool> TryWriteAsync()
    {
        try
        {
            await WriteAsync();
            return true;
        }
        catch (Exception)
        {
            return false;
        }
    }

    /// <summary>Writes another record in its place. Where that fails it stays as it was: a later write must not keep what was refused.</summary>
    /// <exception cref="Orleans.Storage.InconsistentStateException">Another activation has written one, whose run it is.</exception>
    public Task ReplaceAsync(RunRecord next) => writes.RunAsync(async () =>
    {
        RunRecord before = storage.State;
        storage.State = next;
        try
        {
            await storage.WriteStateAsync();
        }
        catch
        {
            storage.State = before;
            throw;
        }
    });
}
