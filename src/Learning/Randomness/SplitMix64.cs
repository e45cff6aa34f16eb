namespace Actors.Learning.Randomness;

/// <summary>The mixing of SplitMix64 (Steele et al., OOPSLA 2014): near numbers become far ones, no two the same.</summary>
/// <remarks>What a run drew must be drawn again: no bit of it may change.</remarks>
internal static class SplitMix64
{
    /// <summary>What a state grows by from one number to the next: 2^64 over the golden ratio, odd.</summary>
    public const ulong Gamma = 0x9E3779B97F4A7C15;

    /// <summary>All of the mixing.</summary>
    public static ulong Mix(ulong value)
    {
        value = HalfMix(value) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }

    /// <summary>The first of its two multiplications alone.</summary>
    public static ulong HalfMix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        return value ^ (value >> 27);
    }
}
