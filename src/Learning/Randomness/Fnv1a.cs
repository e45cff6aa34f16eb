namespace Actors.Learning.Randomness;

/// <summary>The hash FNV-1a of 64 bits: the same on every platform and version, no protection against forgery.</summary>
internal static class Fnv1a
{
    /// <summary>The hash of nothing.</summary>
    public const ulong Empty = 14695981039346656037;

    /// <summary>The hash of what was hashed so far and these bytes.</summary>
    public static ulong Add(ulong hash, params ReadOnlySpan<byte> bytes)
    {
        foreach (byte b in bytes)
        {
            hash = (hash ^ b) * 1099511628211;
        }

        return hash;
    }
}
