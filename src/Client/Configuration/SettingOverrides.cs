using System.Collections;

namespace Actors.Client.Configuration;

/// <summary>Settings from the environment and the command line, laid over those of the file.</summary>
internal static class SettingOverrides
{
    /// <summary>What an environment variable that is a setting begins with; <c>__</c> stands for the dot.</summary>
    public const string Prefix = "ACTORS__";

    private const string Placement = "placement";

    /// <summary>Lays <c>ACTORS__TRAINING__EPOCHS=3</c> and its like over the settings.</summary>
    public static void ApplyEnvironment(SettingMap root, IDictionary environment, FaultList faults)
    {
        IEnumerable<(string Name, string Value)> settings = environment.Keys.Cast<string>()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name => (name, environment[name] as string ?? ""));
        foreach ((string name, string value) in settings)
        {
            string path = name[Prefix.Length..].ToLowerInvariant().Replace("__", ".", StringComparison.Ordinal);
            Apply(root, path, value, Origin.Environment(name), faults);
        }
    }

    /// <summary>Lays one <c>--set a.b=c</c> over the settings.</summary>
    public static void ApplyArgument(SettingMap root, string argument, FaultList faults)
    {
        int equals = argument.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0)
        {
            faults.Add(Origin.CommandLine($"--set {argument}"), "An override is written key=value, with dots between the groups: --set training.epochs=3.");
            return;
        }

        string path = argument[..equals].Trim();
        Apply(root, path, argument[(equals + 1)..], Origin.CommandLine($"--set {path}"), faults);
    }

    /// <summary>True where a <c>--set a.b=c</c> changes where a run computes, and not what; else that is a fault.</summary>
    /// <param name="argument">What follows <c>--set</c>.</param>
    /// <param name="file">The configuration of the run.</param>
    /// <param name="faults">Receives the fault.</param>
    public static bool IsPlacement(string argument, string file, FaultList faults)
    {
        string path = argument.Split('=')[0].Trim();
        bool isPlacement = path == Placement || path.StartsWith($"{Placement}.", StringComparison.Ordinal);
        if (!isPlacement)
        {
            faults.Add(
                Origin.CommandLine($"--set {path}"),
                $"Of a run that was begun only what is under '{Placement}' may be changed, but '{argument}' came. "
                + $"For anything else start a new run: actors train {file} --set '{argument}' --name NAME");
        }

        return isPlacement;
    }

    /// <summary>Lays a value, read as YAML, over the setting at a dotted path.</summary>
    public static void Apply(SettingMap root, string path, string value, Origin origin, FaultList faults)
    {
        SettingNode node = YamlReader.Read(value, _ => origin, faults) ?? new SettingScalar(origin, "", true);
        string[] keys = path.Split('.');
        SettingMap map = root;
        foreach (string key in keys[..^1])
        {
            SettingNode? below = map.Entries.GetValueOrDefault(key)?.Value;
            if (below is not null and not SettingMap && !below.IsNull)
            {
                faults.Add(origin, $"'{key}' in '{path}' must be a group of keys, but is {below.Shown} ({below.Origin}).");
                return;
            }

            map = Own(map, key, origin);
        }

        Lay(map, keys[^1], node, origin);
    }

    private static void Lay(SettingMap map, string key, SettingNode value, Origin origin)
    {
        if (value is SettingMap above && map.Entries.GetValueOrDefault(key)?.Value is SettingMap)
        {
            SettingMap below = Own(map, key, origin);
            foreach ((string name, SettingEntry entry) in above.Entries)
            {
                Lay(below, name, entry.Value, origin);
            }

            return;
        }

        map.Put(key, new SettingEntry(origin, value));
    }

    /// <summary>The group below a key, one that nothing else holds: by an alias (<c>*name</c>) several keys have the same.</summary>
    private static SettingMap Own(SettingMap map, string key, Origin origin)
    {
        SettingEntry? entry = map.Entries.GetValueOrDefault(key);
        SettingMap own = (entry?.Value as SettingMap)?.Copy() ?? new SettingMap(origin);
        map.Put(key, new SettingEntry(entry?.Value is SettingMap ? entry.KeyOrigin : origin, own));
        return own;
    }
}
