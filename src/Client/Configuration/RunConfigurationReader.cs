using System.Collections.Immutable;
using Actors.Contracts.Runs;

namespace Actors.Client.Configuration;

/// <summary>Turns settings into a <see cref="RunConfiguration"/>, every default filled in.</summary>
internal sealed class RunConfigurationReader(ConfigurationSource source, FaultList faults)
{
    /// <summary>The most characters of a run's name.</summary>
    public const int MostNameLength = 100;

    private readonly PathBase paths = new(
        source.AsWritten ? null : Path.GetDirectoryName(Path.GetFullPath(source.File))!, source.ForCluster ? null : Environment.CurrentDirectory);

    public RunConfiguration Read(SettingMap root)
    {
        var section = new SettingSection(root, "", root.Origin, faults);
        string name = section.Text("name") ?? Path.GetFileNameWithoutExtension(source.File);
        if (!IsFolderName(name))
        {
            section.Fault(
                "name",
                $"name must be letters, digits, '.', '_' and '-', at most {MostNameLength}, and begin with a letter or digit, but is '{name}'. "
                + "The run's folder is named after it.");
        }

        long seed = section.Long("seed", 0, NumberRule.AtLeast(0));
        ImmutableArray<ModalityConfiguration> modalities = ModalitiesReader.Read(section, KnownNames.Encoders, paths);
        DataConfiguration data = DataReader.Read(section.Section("data"), modalities, KnownNames.Datasets, paths);
        MethodConfiguration method = MethodReader.Read(section.Section("method"), KnownNames.Methods, modalities);
        TrainingConfiguration training = TrainingReader.Read(section.Section("training"), KnownNames.ServerOptimizers);
        var configuration = new RunConfiguration
        {
            Name = name,
            Seed = seed,
            Data = data,
            // A unimodal run trains one of the modalities the file lists; the others are no part of it.
            Modalities = method.Modality is null ? modalities : [.. modalities.Where(modality => modality.Name == method.Modality)],
            Fusion = FusionReader.Read(section.Section("fusion"), KnownNames.Fusions),
            Method = method,
            Training = training,
            Optimizer = OptimizerReader.Read(section.Section("optimizer"), KnownNames.Optimizers),
            Schedule = ScheduleReader.Read(section.Section("schedule"), KnownNames.Schedules),
            Checkpoint = Checkpoint(section.Section("checkpoint")),
            Placement = PlacementReader.Read(section.Section("placement"), training.Shards),
            Wire = WireReader.Read(section.Section("wire")),
        };
        section.Finish();
        return configuration;
    }

    /// <summary>True for a name that is a folder's on every system and needs no quotes in a shell.</summary>
    public static bool IsFolderName(string name) =>
        name.Length is > 0 and <= MostNameLength
        && char.IsAsciiLetterOrDigit(name[0])
        && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-');

    private static CheckpointConfiguration Checkpoint(SettingSection section)
    {
        var checkpoint = new CheckpointConfiguration
        {
            EveryEpochs = section.Integer("every_epochs", 1, NumberRule.AtLeast(1)),
            EverySteps = section.OptionalInteger("every_steps", NumberRule.AtLeast(1)),
            Keep = section.Integer("keep", 3, NumberRule.AtLeast(1)),
        };
        section.Finish();
        return checkpoint;
    }
}
