using Actors.Learning.Data;
using static TorchSharp.torch;

namespace Actors.Learning.Tests.Federation;

/// <summary>A dataset whose training samples are two shards', not as many each.</summary>
/// <param name="data">The samples; stay the caller's.</param>
/// <param name="part">Which part of them is the first shard's, (0, 1).</param>
internal sealed class UnevenShards(IDataset data, double part) : IDataset
{
    public string Name => data.Name;

    public IReadOnlyList<Modality> Modalities => data.Modalities;

    public IReadOnlyList<string> Classes => data.Classes;

    public string Digest => data.Digest;

    public SampleTable Samples(Split split)
    {
        SampleTable all = data.Samples(split);
        return all with { Shards = [.. all.Ids.Select((_, row) => row < Math.Round(part * all.Count) ? "a" : "b")] };
    }

    public Tensor Load(string modality, Split split, IReadOnlyList<int> rows) => data.Load(modality, split, rows);

    public void Dispose()
    {
    }
}
