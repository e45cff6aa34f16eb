namespace Actors.Learning.Parameters;

/// <summary>A stretch of a flat buffer, in elements.</summary>
public readonly record struct FlatRange(long Offset, long Length)
{
    private const long Longest = 4 << 20; // 16 MiB a message: far below the limit, few enough calls

    /// <summary>A whole buffer.</summary>
    public static FlatRange All(long count) => new(0, count);

    /// <summary>Cuts a buffer into segments, in order; none of an empty one.</summary>
    public static IEnumerable<FlatRange> Cut(long count)
    {
        for (long offset = 0; offset < count; offset += Longest)
        {
            yield return new FlatRange(offset, Math.Min(Longest, count - offset));
        }
    }
}
