using System.Collections;
using Actors.Client.Commands;
using Actors.Client.Configuration;
using Actors.Silo.Settings;

namespace Actors.Client.Cluster;

/// <summary>The file of a person's clusters: <c>$XDG_CONFIG_HOME/actors/profiles.yaml</c>, or <c>~/.config/actors/profiles.yaml</c>.</summary>
internal static class ClusterProfiles
{
    /// <summary>Where the file is; it need not exist.</summary>
    public static string PathOf(IDictionary environment)
    {
        // The XDG rule: a path that is not absolute counts as none.
        string? given = environment["XDG_CONFIG_HOME"] as string;
        string folder = Path.IsPathFullyQualified(given ?? "") ? given! : Path.Combine(environment["HOME"] as string ?? "/", ".config");
        return Path.Combine(folder, "actors", "profiles.yaml");
    }

    /// <summary>All profiles, as the file has them; none where there is no file.</summary>
    /// <exception cref="ConfigurationException">The file has faults; all are listed with their lines.</exception>
    public static IReadOnlyList<ClusterProfile> Read(IDictionary environment)
    {
        string file = PathOf(environment);
        var faults = new FaultList();
        IReadOnlyList<ClusterProfile> profiles = File.Exists(file) ? Read(file, faults) : [];
        faults.ThrowIfAny();
        return profiles;
    }

    /// <summary>The profile of a name.</summary>
    /// <exception cref="CommandFailure">There is none.</exception>
    public static ClusterProfile Find(IDictionary environment, string name)
    {
        IReadOnlyList<ClusterProfile> profiles = Read(environment);
        return profiles.FirstOrDefault(profile => profile.Name == name) ?? throw new CommandFailure(
            ExitCode.BadInput,
            $"No profile '{name}' is in {PathOf(environment)}. "
            + (profiles.Count == 0 ? "It has none; docs/cluster.md shows one." : NearestName.Hint(name, [.. profiles.Select(profile => profile.Name)])));
    }

    private static ClusterProfile[] Read(string file, FaultList faults)
    {
        Origin top = Origin.File(file, 1);
        SettingNode? node;
        try
        {
            node = YamlReader.Read(File.ReadAllText(file), line => Origin.File(file, line), faults);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            faults.Add(top, $"The profiles could not be read: {failure.Message}");
            return [];
        }

        if (node is SettingMap map)
        {
            return [.. map.Entries.Select(entry => Profile(entry.Key, new SettingSection(entry.Value.Value, entry.Key, entry.Value.KeyOrigin, faults)))];
        }

        if (node is { IsNull: false })
        {
            faults.Add(node.Origin, $"Profiles must be groups of keys by name, but are {node.Shown}.");
        }

        return [];
    }

    private static ClusterProfile Profile(string name, SettingSection section)
    {
        string address = section.RequiredText("cluster", "redis://10.0.0.5:6379");
        string? variable = section.Text("password_variable");
        bool isRedis = address.Contains("://", StringComparison.Ordinal);
        if (isRedis && address.AsSpan().ContainsAny(',', '@'))
        {
            section.Fault(
                "cluster",
                $"{name}.cluster must not hold a password. Put it into an environment variable, and that one's name after {name}.password_variable.");
        }
        else if (address.Length > 0 && !ClusterEntrance.IsWellFormed(address))
        {
            section.Fault("cluster", $"{name}.cluster {ClusterEntrance.Rule}, but is '{ClusterAddress.Shown(address)}'.");
        }

        section.Only(isRedis, "the cluster is redis://…; gateways have no password", "password_variable");
        string id = section.Text("cluster_id") ?? ClusterConnection.DefaultId;
        section.Finish();
        return new ClusterProfile(name, address, id, variable);
    }
}
