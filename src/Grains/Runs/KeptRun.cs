using Orleans.Core;
using Orleans.Storage;

namespace Actors.Grains.Runs;

/// <summary>
/// What is kept of a run, and the writing of it: one write after the other, since two at once would refuse each other.
/// Used from one grain's turns.
/// </summary>
/// <param name="storage">Where it is kept; read.</param>
/// <param name="activation">Which activation writes.</param>
/// <param name="time">The clock of the pauses.</param>
/// <param name="end">Ends what is tried again and again.</param>
internal sealed class KeptRun(IStorage<RunRecord> storage, string activation, TimeProvider time, CancellationToken end)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly SerialQueue writes = new();
    private bool isBehind; // the storage does not have what it should
    private bool isCatchingUp;
    private InconsistentStateException? refusal; // another activation has the run, for good

    /// <summary>The record; what is changed in it is kept with the next write.</summary>
    public RunRecord Record { get; private set; } = storage.State;

    /// <summary>Writes the record down.</summary>
    /// <exception cref="InconsistentStateException">Another activation has, whose run it is.</exception>
    public Task WriteAsync() => writes.RunAsync(StoreAsync);

    /// <summary>Writes the record down; where the storage is away, beside what follows, once it is back.</summary>
    public async Task TryWriteAsync()
    {
        try
        {
            await WriteAsync();
        }
        catch (InconsistentStateException)
        {
            // Another activation has the run; what this one must write down says so.
        }
        catch (Exception)
        {
            isBehind = true;
            if (!isCatchingUp)
            {
                CatchUpAsync().Ignore();
            }
        }
    }

    /// <summary>Writes another record in its place. Where that fails it stays as it was: a later write must not keep what was refused.</summary>
    /// <exception cref="InconsistentStateException">Another activation has written one, whose run it is.</exception>
    public Task ReplaceAsync(RunRecord next) => writes.RunAsync(async () =>
    {
        RunRecord before = Record;
        Record = next;
        try
        {
            await StoreAsync();
        }
        catch
        {
            Record = before;
            throw;
        }
    });

    /// <summary>Writes down how the run ended, as often as it takes, and has it told once; whoever cannot be told asks later.</summary>
    /// <param name="tell">Tells the list.</param>
    /// <returns>False where another activation has the run.</returns>
    public async Task<bool> EndAsync(Func<Task> tell)
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

    /// <summary>Begins what is written down first, as often as it takes: while the storage is away, nothing that is not written down may begin.</summary>
    /// <param name="begin">Writes down and begins.</param>
    /// <returns>What has begun; null where another activation has the run.</returns>
    public async Task<T?> InsistAsync<T>(Func<Task<T>> begin)
        where T : class
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await begin();
            }
            catch (InconsistentStateException)
            {
                return null;
            }
            catch (Exception)
            {
                await Task.Delay(Pause(attempt), time);
            }
        }
    }

    /// <summary>How long to wait before what failed is tried again: twice as long each time, but at most half a minute.</summary>
    public static TimeSpan Pause(int attempt) => TimeSpan.FromSeconds(Math.Min(Math.Pow(2, attempt - 1), LongestPause.TotalSeconds));

    private async Task StoreAsync()
    {
        if (refusal is not null)
        {
            throw refusal;
        }

        storage.State = Record;
        Record.Activation = activation;
        try
        {
            await storage.WriteStateAsync();
        }
        catch (InconsistentStateException stale)
        {
            await storage.ReadStateAsync();
            bool isOwn = storage.State.Activation == activation; // its answer was lost, and it was written all the same
            storage.State = Record;
            if (!isOwn)
            {
                refusal = stale;
                throw;
            }

            await storage.WriteStateAsync();
        }

        isBehind = false;
    }

    private async Task CatchUpAsync()
    {
        isCatchingUp = true;
        for (int attempt = 1; isBehind; attempt++)
        {
            await Task.Delay(Pause(attempt), time, end);
            try
            {
                await WriteAsync();
            }
            catch (InconsistentStateException)
            {
                break; // another activation has the run
            }
            catch (Exception)
            {
                // Still away.
            }
        }

        isCatchingUp = false;
    }
}
