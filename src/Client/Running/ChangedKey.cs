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

    /// <summary>The YAML that the writer makes, as dotted keys; a list is one value.</summary>
    private static Dictionary<string, string> Flatten(string yaml)
    {
        var result = new Dictionary<string, string>();
        Add(result, "", YamlReader.Read(yaml, line => Origin.File("", line), new FaultList())!);
        return result;
    }

    private static void Add(Dictionary<string, string> result, string path, SettingNode node)
    {
        if (node is not SettingMap map)
        {
            result[path] = Text(node);
            return;
        }

        foreach ((string key, SettingEntry entry) in map.Entries)
        {
            Add(result, path.Length == 0 ? key : $"{path}.{key}", entry.Value);
        }
    }

    private static string Text(SettingNode node) => node switch
    {
        SettingScalar scalar => scalar.Text,
        SettingList list => $"[{string.Join(", ", list.Items.Select(Text))}]",
        _ => node.Shown,
    };
}
