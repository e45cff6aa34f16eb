using Actors.Learning.Data;
using static TorchSharp.torch;

namespace Actors.Learning.Tests.Data;

/// <summary>A dataset of which some loads fail.</summary>
/// <param name="data">Gives everything else; not owned.</param>
/// <param name="failure">The error of a load, by its number from 0; null: none.</param>
internal sealed class FailingDataset(IDataset data, Func<int, Exception?> failure) : IDataset
{
    private int loads;

    /// <summary>Set once a load has failed.</summary>
    public ManualResetEventSlim Failed { get; } = new();

    public string Name => data.Name;

    public IReadOnlyList<Modality> Modalities => data.Modalities;

    public IReadOnlyList<string> Classes => data.Classes;

    public string Digest => data.Digest;

    public SampleTable Samples(Split split) => data.Samples(split);

    public Tensor Load(string modality, Split split, IReadOnlyList<int> rows)
    {
        if (failure(loads++) is { } error)
        {
            Failed.Set();
            throw error;
        }

        return data.Load(modality, split, rows);
    }

    public void Dispose() => Failed.Dispose();
}
