namespace Actors.Learning.Data;

/// <summary>The samples of one split, a row each; row numbers are positions in these lists.</summary>
/// <param name="Ids">Identity of each sample, unique in the dataset.</param>
/// <param name="Labels">Class index of each sample, in [0, C).</param>
/// <param name="Shards">Shard each sample belongs to, by name; null where the dataset does not say.</param>
public sealed record SampleTable(IReadOnlyList<string> Ids, IReadOnlyList<int> Labels, IReadOnlyList<string>? Shards = null)
{
    /// <summary>Number of samples.</summary>
    public int Count => Ids.Count;

    /// <summary>Names of the shards in the order of their index d; empty where the dataset does not say.</summary>
    /// <remarks>Of the training split: what it does not name has no index.</remarks>
    public string[] ShardNames() => Shards is null ? [] : [.. Shards.Distinct().Order(StringComparer.Ordinal)];
}
