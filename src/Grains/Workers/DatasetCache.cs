using Actors.Learning.Data;

namespace Actors.Grains.Workers;

/// <summary>The datasets that are open in a silo; workers of the same settings share one, until its file is written anew.</summary>
public sealed class DatasetCache : IDisposable
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Entry> open = [];

    /// <summary>Opens a dataset, or joins those who have. Call on a lane: it reads files.</summary>
    /// <param name="options">The settings.</param>
    /// <returns>A lease; dispose it when the dataset is no longer used.</returns>
    public Lease Open(DatasetOptions options)
    {
        // The stamp: what a plan opened may be open still when its faults are mended.
        string key = $"{System.Text.Json.JsonSerializer.Serialize(options)} {Datasets.Stamp(options)}";
        Entry entry;
        lock (gate)
        {
            if (!open.TryGetValue(key, out entry!))
            {
                open[key] = entry = new Entry(new Lazy<IDataset>(() => Datasets.Open(options)));
            }

            entry.Users++;
        }

        try
        {
            return new Lease(this, key, entry.Dataset.Value);
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
            foreach (Entry entry in open.Values.Where(e => e.Dataset.IsValueCreated))
            {
                entry.Dataset.Value.Dispose();
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
                if (entry.Dataset.IsValueCreated)
                {
                    entry.Dataset.Value.Dispose();
                }
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

    private sealed record Entry(Lazy<IDataset> Dataset)
    {
        public int Users { get; set; }
    }
}
