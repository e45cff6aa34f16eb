using System.Text.Json;
using Actors.Grains.Devices;
using Actors.Learning.Data;

namespace Actors.Grains.Workers;

/// <summary>The datasets that are open in a silo; workers of the same settings share one, until its file is written anew.</summary>
public sealed class DatasetCache : IDisposable
{
    private readonly Lock gate = new();
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

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (gate)
        {
            foreach (Entry entry in open.Values)
            {
                entry.Close();
            }

            open.Clear();
        }
    }

    private void Release(string key)
    {
        lock (gate)
        {
            if (open.TryGetValue(key, out Entry? entry) && --entry.Users == 0)
            {
                open.Remove(key);
                entry.Close();
            }
        }
    }

    /// <summary>The right to use an open dataset.</summary>
    public sealed class Lease(DatasetCache cache, string key, IDataset dataset) : IDisposable
    {
        private int disposed;

        /// <summary>The dataset.</summary>
        public IDataset Dataset { get; } = dataset;

        /// <inheritdoc/>
        public void Dispose()
        {
            if (Interlocked.Exchange(ref disposed, 1) == 0)
            {
                cache.Release(key);
            }
        }
    }

    private sealed record Entry(Task<IDataset> Dataset)
    {
        public int Users { get; set; }

        /// <summary>Disposes the dataset, once it is open.</summary>
        public void Close() => Dataset.ContinueWith(
            opened => opened.Result.Dispose(),
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnRanToCompletion | TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }
}
