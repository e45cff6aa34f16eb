using System.Globalization;

namespace Actors.Grains.Diagnostics;

/// <summary>The value of the label <c>shard</c>: the index, or <c>other</c>, so that a run of many shards does not become as many series.</summary>
internal static class ShardLabel
{
    /// <summary>Shards that have a label of their own.</summary>
    public const int Named = 64;

    /// <summary>Label of all the rest.</summary>
    public const string Other = "other";

    private static readonly string[] Labels = [.. Enumerable.Range(0, Named).Select(d => d.ToString(CultureInfo.InvariantCulture))];

    /// <summary>Label of a shard; allocates nothing.</summary>
    public static string Of(int shard) => shard < Named ? Labels[shard] : Other;
}
