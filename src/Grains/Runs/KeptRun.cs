using Orleans.Storage;

namespace Actors.Grains.Runs;

/// <summary>What is kept of a run, and the writing of it: one write after the other, since two at once would take each other for another silo's. Used from one grain's turns.</summary>
internal sealed class KeptRun(IPersistentState<RunRecord> storage)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private Task writing = Task.CompletedTask;

    /// <summary>The record; what is changed in it is kept with the next write.</summary>
    public RunRecord Record => storage.State;

    /// <summary>Writes the record down.</summary>
    /// <exception cref="InconsistentStateException">Another activation has, whose run it is.</exception>
    public Task WriteAsync() => InTurnAsync(storage.WriteStateAsync);

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
    /// <exception cref="InconsistentStateException">Another activation has written one, whose run it is.</exception>
    public Task ReplaceAsync(RunRecord next) => InTurnAsync(async () =>
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

    /// <summary>Writes down how the run ended, as often as it takes, and has it told once; whoever cannot be told asks later.</summary>
    /// <param name="time">The clock of the pauses.</param>
    /// <param name="tell">Tells the list.</param>
    /// <returns>False where another activation has the run.</returns>
    public async Task<bool> EndAsync(TimeProvider time, Func<Task> tell)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                await WriteAsync();
                break;
            }
            catch (InconsistentStateException)
            {
                return false;
            }
            catch (Exception)
            {
                await Task.Delay(Pause(attempt), time);
            }
        }

        try
        {
            await tell();
        }
        catch (Exception)
        {
            // The directory asks the run's grain whenever somebody lists the runs.
        }

        return true;
    }

    /// <summary>How long to wait before what failed is tried again: twice as long each time, but at most half a minute.</summary>
    public static TimeSpan Pause(int attempt) => TimeSpan.FromSeconds(Math.Min(Math.Pow(2, attempt - 1), LongestPause.TotalSeconds));

    private Task InTurnAsync(Func<Task> write)
    {
        return writing = Next(writing);

        async Task Next(Task before)
        {
            await before.ContinueWith(_ => { }, TaskScheduler.Current);
            await write();
        }
    }
}
