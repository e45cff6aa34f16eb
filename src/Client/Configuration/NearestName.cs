namespace Actors.Client.Configuration;

/// <summary>Finds the known name that a misspelt one was likely meant to be.</summary>
internal static class NearestName
{
    /// <summary>The known name with the fewest edits to the given one, or that it begins; null where none is near.</summary>
    public static string? Of(string given, IReadOnlyCollection<string> known)
    {
        int limit = Math.Max(2, given.Length / 3);
        (string? name, int edits) = known
            .Select(name => ((string?)name, Edits(given.ToLowerInvariant().Replace('-', '_'), name.ToLowerInvariant().Replace('-', '_'))))
            .DefaultIfEmpty((null, int.MaxValue))
            .MinBy(pair => pair.Item2);
        return edits <= limit ? name : known.FirstOrDefault(candidate => given.Length >= 3 && candidate.StartsWith(given, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>A clause to end a message with: the near name where there is one, and all known ones.</summary>
    public static string Hint(string given, IReadOnlyCollection<string> known)
    {
        string? near = Of(given, known);
        string list = $"Known: {string.Join(", ", known)}.";
        return near is null ? list : $"Did you mean '{near}'? {list}";
    }

    // Optimal string alignment: insert, delete, replace, and swap of neighbours each count one.
    internal static int Edits(string a, string b)
    {
        var table = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++)
        {
            for (int j = 0; j <= b.Length; j++)
            {
                table[i, j] = i == 0 || j == 0 ? i + j : Math.Min(
                    Math.Min(table[i - 1, j], table[i, j - 1]) + 1,
                    table[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    table[i, j] = Math.Min(table[i, j], table[i - 2, j - 2] + 1);
                }
            }
        }

        return table[a.Length, b.Length];
    }
}
