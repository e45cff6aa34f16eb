using System.Collections.Concurrent;
using System.Text.Json;
using Actors.Grains.Devices;
using Actors.Learning.Data;

namespace Actors.Grains.Workers;

/// <summary>The datasets that are open in a silo; workers of the same settings share one, until its file is written anew.</summary>
public sealed class DatasetCache : IDisposable
{
    // When a process ends nobody waits for what is still being made; libtorch must not compute while it is unloaded.
    private static readonly TimeSpan MostTimeToClose = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private readonly ConcurrentDictionary<Task, bool> closing = new();
    private readonly Dictionary<string, Entry> open = [];

    /// <summary>Opens a dataset, or joins those who have. Apart from any lane: it may read for hours, while runs train on the same device.</summary>
    /// <param name="options">The settings.</param>
    /// <returns>A lease; dispose it when the dataset is no longer used.</returns>
    /// <exception cref="DataException">The data has faults; all are listed.</exception>
    public async Task<Lease> OpenAsync(DatasetOptions options)
    {
        // The stamp: what a plan opened may be open still when its faults are mended.
        string key = $"{JsonSerializer.Serialize(options)} {Datasets.Stamp(options)}";
        Entry entry;
        lock (gate)
        {
            if (!open.TryGetValue(key, out entry!))
            {
                open[key] = entry = new Entry(Lane.Apart(() => Datasets.Open(options)));
            }

            entry.Users++;
            entry.Joined.SetResult();
            entry.Joined = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        try
        {
            return new Lease(this, key, await entry.Dataset);
        }
        catch
        {
            Release(key);
            throw;
        }
    }

    /// <summary>Keeps datasets open until others have opened them too, at most for a while, and then gives the leases back.</summary>
    /// <param name="leases">The caller's no more.</param>
    /// <param name="most">How long at most.</param>
    /// <param name="time">The clock.</param>
    public async Task KeepAsync(IReadOnlyList<Lease> leases, TimeSpan most, TimeProvider time)
    {
        Task[] joined;
        lock (gate)
        {
            joined = [.. leases.Select(lease => open.TryGetValue(lease.Key, out Entry? entry) ? entry.Joined.Task : Task.CompletedTask)];
        }

        using var ends = new CancellationTokenSource();
        await Task.WhenAny(Task.WhenAll(joined), Task.Delay(most, time, ends.Token));
        ends.Cancel();
        foreach (Lease lease in leases)
        {
            lease.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Entry[] all;
        lock (gate)
        {
            all = [.. open.Values];
            open.Clear();
        }

        Task.WaitAll([.. closing.Keys, .. all.Select(entry => entry.Close())], MostTimeToClose);
    }

    private void Release(string key)
    {
        Entry? unused = null;
        lock (gate)
        {
            if (open.TryGetValue(key, out Entry? entry) && --entry.Users == 0)
            {
                open.Remove(key);
                unused = entry;
            }
        }

        if (unused?.Close() is { } task)
        {
            closing[task] = true;
            _ = task.ContinueWith(done => closing.TryRemove(done, out _), TaskScheduler.Default);
        }
    }

    /// <summary>The right to use an open dataset.</summary>
    public sealed class Lease(DatasetCache cache, string key, IDataset dataset) : IDisposable
    {
        private int disposed;

        internal string Key { get; } = key;

        /// <summary>The dataset.</summary>
        public IDataset Dataset { get; } = dataset;

        /// <inheritdoc/>
        public void Dispose()
        {
            if (Interlocked.Exchange(ref disposed, 1) == 0)
            {
                cache.Release(Key);
            }
        }
    }

    private sealed record Entry(Task<IDataset> Dataset)
    {
        public int Users { get; set; }

        /// <summary>Completes when somebody opens it the next time.</summary>
        public TaskCompletionSource Joined { get; set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Disposes the dataset, once it is open; whoever used it last does not wait for what it is still making.</summary>
        public Task Close() => Dataset.ContinueWith(
            opened =>
            {
                if (opened.IsCompletedSuccessfully)
                {
                    opened.Result.Dispose();
                }
            },
            TaskScheduler.Default);
    }
}
