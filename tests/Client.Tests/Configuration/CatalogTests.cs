using System.Text.Json;
using Actors.Client.Configuration;
using Actors.Contracts.Runs;

namespace Actors.Client.Tests.Configuration;

/// <summary>What can be chosen by name: whoever adds to a list of Learning's has the console know it, too.</summary>
public class CatalogTests
{
    public static TheoryData<string, string> Members { get; } = new(
    [
        .. Family("modalities.audio.encoder", KnownNames.Encoders),
        .. Family("fusion.name", KnownNames.Fusions),
        .. Family("method.name", KnownNames.Methods),
        .. Family("optimizer.name", KnownNames.Optimizers),
        .. Family("schedule.name", KnownNames.Schedules),
        .. Family("training.synchronization.server.name", KnownNames.ServerOptimizers),
    ]);

    /// <summary>The settings of a family's members, no value the default of any.</summary>
    private static readonly Dictionary<string, string[]> Settings = new()
    {
        ["modalities.audio"] = ["width=3", "features=7", "depth=5"],
        ["fusion"] = ["hidden=3", "dropout=0.25"],
        ["method"] = ["alpha=0.75", "beta_max=3", "target=update"],
        ["optimizer"] = ["learning_rate=0.75", "weight_decay=0.25", "momentum=0.7", "nesterov=true", "beta1=0.7", "beta2=0.7", "epsilon=0.7"],
        ["schedule"] = ["warmup_steps=3", "every_steps=7", "gamma=0.7", "minimum_factor=0.7", "hold_steps=3", "cycle_steps=7", "cycle_factor=5"],
        ["training.synchronization.server"] = ["learning_rate=0.75", "momentum=0.7", "beta1=0.7", "beta2=0.7", "epsilon=0.7"],
    };

    [Theory]
    [MemberData(nameof(Members))]
    public void Write_EverySettingOfAMember_ReadsBackTheSame(string key, string name)
    {
        string group = key[..key.LastIndexOf('.')];
        string[] chosen = [$"{key}={name}", .. Needed(name)];

        string[] taken = [.. Settings[group].Select(setting => $"{group}.{setting}").Where(setting => Resolve([.. chosen, setting]) is not null)];

        RunConfiguration configuration = Resolve([.. chosen, .. taken])!;
        string written = RunConfigurationWriter.Write(configuration);
        Assert.Equal(JsonSerializer.Serialize(configuration), JsonSerializer.Serialize(Configurations.Resolve(written)));
        Assert.All(taken, setting => Assert.Contains(setting[(setting.LastIndexOf('.', setting.IndexOf('=')) + 1)..].Replace("=", ": "), written));
    }

    private static IEnumerable<(string Key, string Name)> Family(string key, IReadOnlyList<string> names) => names.Select(name => (key, name));

    private static string[] Needed(string name) => name switch
    {
        "step" => ["schedule.every_steps=2"],
        "unimodal" => ["method.modality=audio"],
        _ => [],
    };

    /// <summary>Null where a setting is none of the member's.</summary>
    private static RunConfiguration? Resolve(string[] set)
    {
        try
        {
            return Configurations.Resolve(Configurations.Shortest + "training: {shards: 2, synchronization: {mode: parameters}}", set);
        }
        catch (ConfigurationException)
        {
            return null;
        }
    }
}
