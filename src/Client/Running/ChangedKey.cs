using Actors.Client.Configuration;
using Actors.Contracts.Runs;

namespace Actors.Client.Running;

/// <summary>A setting that differs among runs.</summary>
/// <param name="Key">Its line in the resolved configuration, dotted.</param>
/// <param name="Values">The distinct values, in the order of the runs.</param>
internal sealed record ChangedKey(string Key, IReadOnlyList<string> Values)
{
    /// <summary>All settings that differ, but for name and seed.</summary>
    public static IReadOnlyList<ChangedKey> Of(IReadOnlyList<RunConfiguration> runs)
    {
        Dictionary<string, string>[] flat = [.. runs.Select(run => Flatten(RunConfigurationWriter.Write(run with { Name = "", Seed = 0 })))];
        return
        [
            .. flat.SelectMany(settings => settings.Keys).Distinct()
                .Select(key => new ChangedKey(key, [.. flat.Select(settings => settings.GetValueOrDefault(key, "-")).Distinct()]))
                .Where(key => key.Values.Count > 1),
        ];
    }

    /// <summary>The YAML that the writer makes, a line a setting, as dotted keys.</summary>
    private static Dictionary<string, string> Flatten(string yaml)
    {
        var result = new Dictionary<string, string>();
        var path = new List<(int Indent, string Key)>();
        foreach (string line in yaml.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string text = line.TrimStart();
            int colon = text.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0)
            {
                continue;
            }

            int indent = line.Length - text.Length;
            path.RemoveAll(part => part.Indent >= indent);
            path.Add((indent, text[..colon].TrimStart('-', ' ')));
            if (text[(colon + 1)..].Trim() is { Length: > 0 } value)
            {
                result[string.Join('.', path.Select(part => part.Key))] = value;
            }
        }

        return result;
    }
}
