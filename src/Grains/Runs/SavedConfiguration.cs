using System.Text.Json;
using System.Text.Json.Nodes;
using Actors.Contracts.Events;
using Actors.Contracts.Runs;

namespace Actors.Grains.Runs;

/// <summary>The settings that a checkpoint was written with; <c>configuration.json</c> of a checkpoint.</summary>
internal static class SavedConfiguration
{
    public const string FileName = "configuration.json";

    // These decide where and how often, not what is learned. The data has a digest of its own.
    private static readonly string[] Free =
    [
        "name", "data", "placement", "checkpoint", "training.evaluation_batch_size", "training.evaluate_every_epochs", "training.log_every_steps",
    ];

    // What older programs did, which wrote no such setting.
    private static readonly Dictionary<string, string> Before = new() { ["training.rounds.weights"] = "\"trained\"" };

    public static string ToJson(RunConfiguration configuration) =>
        JsonSerializer.Serialize(configuration, new JsonSerializerOptions(RunEventJson.Options) { WriteIndented = true });

    /// <summary>What a run may not change when it goes on, one entry each: the setting, what it was, what it is.</summary>
    public static IReadOnlyList<string> Differences(string saved, RunConfiguration configuration)
    {
        SortedDictionary<string, string> was = Flatten(JsonNode.Parse(saved));
        SortedDictionary<string, string> now = Flatten(JsonSerializer.SerializeToNode(configuration, RunEventJson.Options));
        foreach ((string setting, string value) in Before.Where(one => now.ContainsKey(one.Key)))
        {
            was.TryAdd(setting, value);
        }

        return
        [
            .. was.Keys.Union(now.Keys).Order(StringComparer.Ordinal)
                .Where(key => !Free.Any(free => key == free || key.StartsWith($"{free}.", StringComparison.Ordinal)))
                .Select(key => (Key: key, Was: was.GetValueOrDefault(key, "absent"), Now: now.GetValueOrDefault(key, "absent")))
                .Where(setting => setting.Was != setting.Now)
                .Select(setting => $"{setting.Key} was {setting.Was} and is {setting.Now}"),
        ];
    }

    private static SortedDictionary<string, string> Flatten(JsonNode? root)
    {
        var settings = new SortedDictionary<string, string>(StringComparer.Ordinal);
        Add("", root);
        return settings;

        void Add(string path, JsonNode? node)
        {
            IEnumerable<(string Name, JsonNode? Value)> parts = node switch
            {
                JsonObject map => map.Select(entry => (entry.Key, entry.Value)),
                JsonArray list => list.Select((entry, index) => ($"{index}", entry)),
                _ => [],
            };
            if (node is not (JsonObject or JsonArray))
            {
                settings[path] = node?.ToJsonString() ?? "null";
            }

            foreach ((string name, JsonNode? value) in parts)
            {
                Add(path.Length == 0 ? name : $"{path}.{name}", value);
            }
        }
    }
}
