namespace Actors.Client.Configuration;

/// <summary>Reads a run's configuration: defaults, then the file, then the environment, then the command line.</summary>
internal static class ConfigurationReader
{
    /// <exception cref="ConfigurationException">Anything is wrong; all of it is listed.</exception>
    public static ConfigurationReading Read(ConfigurationSource source)
    {
        var faults = new FaultList();
        Origin top = Origin.File(source.File, 1);
        SettingNode? node = Load(source, top, faults);
        SettingMap root = node as SettingMap ?? new SettingMap(top);
        if (node is not null and not SettingMap && !node.IsNull)
        {
            faults.Add(node.Origin, $"A configuration must be a group of keys, but is {node.Shown}.");
        }

        SettingOverrides.ApplyEnvironment(root, source.Environment, faults);
        foreach (string argument in source.Set)
        {
            if (!source.IsBegun || SettingOverrides.IsPlacement(argument, source.File, faults))
            {
                SettingOverrides.ApplyArgument(root, argument, faults);
            }
        }

        if (source.Name is { } name)
        {
            root.Put("name", new SettingEntry(Origin.CommandLine("--name"), new SettingScalar(Origin.CommandLine("--name"), name, false)));
        }

        faults.ThrowIfUnreadable(node as SettingMap);
        var reader = new RunConfigurationReader(source, faults);
        var configuration = reader.Read(root);
        Func<string, Origin> originOf = path => OriginOf(root, path);
        if (source.CheckMachine)
        {
            MachineCheck.Run(source.HasCheckpoint ? configuration.WithoutWeights() : configuration, originOf, faults);
        }

        faults.ThrowIfAny();
        return new ConfigurationReading(configuration, originOf);
    }

    private static SettingNode? Load(ConfigurationSource source, Origin top, FaultList faults)
    {
        try
        {
            return YamlReader.Read(source.Text ?? File.ReadAllText(source.File), line => Origin.File(source.File, line), faults);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            faults.Add(top, $"The configuration could not be read: {failure.Message} Name a YAML file that exists; examples/ has some.");
            return null;
        }
    }

    private static Origin OriginOf(SettingMap root, string path)
    {
        SettingMap? map = root;
        Origin origin = root.Origin;
        foreach (string key in path.Split('.'))
        {
            if (map is null || !map.Entries.TryGetValue(key, out SettingEntry? entry))
            {
                break;
            }

            origin = entry.KeyOrigin;
            map = entry.Value as SettingMap;
        }

        return origin;
    }
}
