namespace Actors.Learning.Data;

/// <summary>Random numbers as a pure function of a seed and a stream number (SplitMix64); the same on every platform and version.</summary>
internal struct RandomStream(ulong seed, ulong stream)
{
    private ulong state = Mix(seed + 0x9E3779B97F4A7C15 * (stream + 1));

    /// <summary>64 random bits.</summary>
    public ulong Next() => Mix(state += 0x9E3779B97F4A7C15);

    /// <summary>A whole number in [0, bound), without bias.</summary>
    public int Below(int bound) => (int)Math.BigMul(Next(), (ulong)bound, out _); // the bias is below 2^-32

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

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
