using Actors.Learning.Randomness;

namespace Actors.Learning.Data;

/// <summary>Random numbers as a pure function of a seed and a stream number (SplitMix64); the same on every platform and version.</summary>
internal struct RandomStream(ulong seed, ulong stream)
{
    private ulong state = SplitMix64.Mix(seed + (SplitMix64.Gamma * (stream + 1)));

    /// <summary>64 random bits.</summary>
    public ulong Next() => SplitMix64.Mix(state += SplitMix64.Gamma);

    /// <summary>A whole number in [0, bound), bound ≥ 1; no two probabilities differ by more than one part in 2^33.</summary>
    public int Below(int bound) => (int)Math.BigMul(Next(), (ulong)bound, out _); // 2^64 / bound of Next's numbers each, rounded down or up

    /// <summary>A number in [0, 1).</summary>
    public double Uniform() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A number of the standard normal distribution (Box and Muller).</summary>
    public double Normal() => Math.Sqrt(-2 * Math.Log(1 - Uniform())) * Math.Cos(2 * Math.PI * Uniform());

    /// <summary>Two of them, for less than twice the price.</summary>
    public (double First, double Second) NormalPair()
    {
        double radius = Math.Sqrt(-2 * Math.Log(1 - Uniform()));
        (double sin, double cos) = Math.SinCos(2 * Math.PI * Uniform());
        return (radius * cos, radius * sin);
    }

    /// <summary>0 … count − 1 in random order (Fisher and Yates).</summary>
    public int[] Permutation(int count)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        for (int i = count - 1; i > 0; i--)
        {
            int j = Below(i + 1);
            (order[i], order[j]) = (order[j], order[i]);
        }

        return order;
    }
}
