using System.Collections.Concurrent;
using Actors.Learning.Data;
using static TorchSharp.torch;

namespace Actors.Learning.Tests.Data;

/// <summary>A dataset whose loads can be waited for and held up.</summary>
/// <param name="data">Gives everything; not owned.</param>
internal sealed class PacedDataset(IDataset data) : IDataset
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60); // only a feed that hangs needs it

    private readonly SemaphoreSlim loaded = new(0);
    private readonly ManualResetEventSlim open = new(true);
    private int awaited;

    public string Name => data.Name;

    public IReadOnlyList<Modality> Modalities => data.Modalities;

    public IReadOnlyList<string> Classes => data.Classes;

    public string Digest => data.Digest;

    /// <summary>Threads that loaded.</summary>
    public ConcurrentDictionary<int, bool> Threads { get; } = [];

    /// <summary>Waits until so many loads are done.</summary>
    public void WaitForLoads(int count)
    {
        for (; awaited < count; awaited++)
        {
            Assert.True(loaded.Wait(Patience, TestContext.Current.CancellationToken));
        }
    }

    /// <summary>Loads that begin from here on wait for <see cref="Release"/>.</summary>
    public void Hold() => open.Reset();

    public void Release() => open.Set();

    public SampleTable Samples(Split split) => data.Samples(split);

    public Tensor Load(string modality, Split split, IReadOnlyList<int> rows)
    {
        Assert.True(open.Wait(Patience), "A load was held up, and nobody released it.");
        Threads[Environment.CurrentManagedThreadId] = true;
        Tensor result = data.Load(modality, split, rows);
        loaded.Release();
        return result;
    }

    public void Dispose()
    {
        loaded.Dispose();
        open.Dispose();
    }
}
