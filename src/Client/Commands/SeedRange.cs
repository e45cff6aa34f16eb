using System.Globalization;

namespace Actors.Client.Commands;

/// <summary>Seeds as a person lists them: <c>0..4</c>, <c>1,5,9</c>, <c>7</c>.</summary>
internal static class SeedRange
{
    private const int Limit = 1000;

    /// <exception cref="CommandFailure">The text is no list of seeds.</exception>
    public static IReadOnlyList<long> Parse(string text)
    {
        var seeds = new List<long>();
        foreach (string part in text.Split(','))
        {
            string[] ends = part.Split("..");
            if (ends.Length > 2 || !TryParse(ends[0], out long first) || !TryParse(ends[^1], out long last) || last < first || last - first >= Limit)
            {
                throw new CommandFailure(ExitCode.BadInput, $"--seeds must be whole numbers ≥ 0 like 0..4 or 1,5,9, at most {Limit}, but is '{text}'.");
            }

            for (long seed = first; seed <= last; seed++)
            {
                seeds.Add(seed);
            }
        }

        return seeds.Distinct().Count() == seeds.Count
            ? seeds
            : throw new CommandFailure(ExitCode.BadInput, $"--seeds must name each seed once, but is '{text}'.");
    }

    private static bool TryParse(string text, out long seed) => long.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out seed);
}
