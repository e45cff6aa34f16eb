using Actors.Client.Commands;
using Actors.Client.Configuration;
using Actors.Contracts.Runs;
using Actors.Grains.Runs;
using Actors.Learning.Checkpoints;

namespace Actors.Client.Running;

/// <summary>The folders of runs below one folder, a run each.</summary>
/// <param name="root">The folder; it need not exist.</param>
internal sealed class RunFolders(string root)
{
    /// <summary>Where runs are kept unless <c>--output</c> says otherwise.</summary>
    public const string Default = "runs";

    public string Root { get; } = Path.GetFullPath(root);

    /// <summary>The folders, by name.</summary>
    public IReadOnlyList<string> All() => Directory.Exists(Root)
        ? [.. Directory.GetDirectories(Root).Where(folder => IsRun(folder) && !IsDraft(folder)).Order(StringComparer.Ordinal)]
        : [];

    /// <summary>Makes the folders of new runs and writes each one's configuration into it.</summary>
    /// <exception cref="CommandFailure">A folder is there already; none was made, and all that are there are listed.</exception>
    /// <exception cref="IOException">One could not be written; none is left.</exception>
    public IReadOnlyList<string> Create(IReadOnlyList<RunConfiguration> configurations)
    {
        string[] taken = [.. configurations.Select(FolderOf).Where(Path.Exists)];
        if (taken.Length > 0)
        {
            throw Taken(taken);
        }

        List<string> made = [];
        try
        {
            foreach (RunConfiguration configuration in configurations)
            {
                Make(FolderOf(configuration), configuration);
                made.Add(FolderOf(configuration));
            }
        }
        catch
        {
            made.ForEach(Discard);
            throw;
        }

        return made;
    }

    /// <summary>Takes back the folder of a run that never began, so that its name is free again; one that holds anything but the configuration stays.</summary>
    public static void Discard(string folder)
    {
        if (Directory.Exists(folder) && Directory.GetFileSystemEntries(folder).All(entry => Path.GetFileName(entry) == RunFiles.Configuration))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Finds a run by path, name, or a beginning of its name that only it has.</summary>
    /// <exception cref="CommandFailure">No run, or several.</exception>
    public string Find(string run)
    {
        if (IsRun(run))
        {
            return Path.TrimEndingDirectorySeparator(Path.GetFullPath(run));
        }

        string[] names = [.. All().Select(folder => Path.GetFileName(folder))];
        return Path.Combine(Root, new RunNames(Root, names, "It holds no run. Name the folder of runs with --output.").Find(run));
    }

    /// <summary>Reads the configuration a run was started with.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="checkMachine">True: devices and paths that this machine lacks are faults too.</param>
    /// <param name="set"><c>--set</c>s of the placement to lay over it; null: none.</param>
    /// <exception cref="ConfigurationException">The file was damaged, or a <c>--set</c> is at fault.</exception>
    public static ConfigurationReading Configuration(string folder, bool checkMachine = false, IReadOnlyList<string>? set = null) =>
        ConfigurationReader.Read(new ConfigurationSource
        {
            File = Path.Combine(folder, RunFiles.Configuration),
            Set = set ?? [],
            IsBegun = true,
            CheckMachine = checkMachine,
            HasCheckpoint = checkMachine && HasCheckpoint(folder),
        });

    /// <summary>True where a run has a checkpoint, whole or not.</summary>
    public static bool HasCheckpoint(string folder) => CheckpointStore.OfRun(folder).Steps().Count > 0;

    /// <summary>Reads the same with its paths as they are written: those that silos count from their data roots are the same for each run.</summary>
    /// <exception cref="ConfigurationException">The file was damaged.</exception>
    public static RunConfiguration Written(string folder) =>
        ConfigurationReader.Read(new ConfigurationSource { File = Path.Combine(folder, RunFiles.Configuration), AsWritten = true }).Configuration;

    /// <summary>Writes into a run's configuration where it goes on, so that the next resume does so too; all else stays as it is written.</summary>
    /// <exception cref="IOException">It could not be written; the old one stays.</exception>
    public static void Keep(string folder, PlacementConfiguration placement)
    {
        RunConfiguration written = Written(folder);
        string before = RunConfigurationWriter.Write(written), after = RunConfigurationWriter.Write(written with { Placement = placement });
        if (after != before)
        {
            DurableFile.Replace(Path.Combine(folder, RunFiles.Configuration), after);
        }
    }

    /// <summary>Refuses a run that a process trains.</summary>
    /// <exception cref="CommandFailure">One does.</exception>
    public static void RefuseUnderWay(string folder)
    {
        if (RunLock.IsHeld(folder))
        {
            throw new CommandFailure(ExitCode.BadInput, $"Run '{Path.GetFileName(folder)}' is under way in another process. See it with: actors show {folder}");
        }
    }

    /// <summary>Makes a folder with its configuration beside its place and moves it there: of two processes that make it at once, one does.</summary>
    private void Make(string folder, RunConfiguration configuration)
    {
        string draft = Path.Combine(Root, $".{configuration.Name}.{Guid.NewGuid():N}"); // no run's name begins so
        Directory.CreateDirectory(draft);
        try
        {
            DurableFile.Replace(Path.Combine(draft, RunFiles.Configuration), RunConfigurationWriter.Write(configuration));
            Directory.Move(draft, folder); // fails where there is a folder that holds anything
        }
        catch (Exception failure)
        {
            Directory.Delete(draft, recursive: true);
            throw failure is IOException && Path.Exists(folder) ? Taken([folder]) : failure;
        }
    }

    private static CommandFailure Taken(string[] folders) => new(
        ExitCode.BadInput,
        "A run's folder must be new, but is there already. Give another name with --name, or go on with the run: actors resume RUN",
        folders);

    private static bool IsDraft(string folder) => Path.GetFileName(folder).StartsWith('.');

    private string FolderOf(RunConfiguration configuration) => Path.Combine(Root, configuration.Name);

    /// <summary>True for the folder of a run, seen from here.</summary>
    public static bool IsRun(string folder) => File.Exists(Path.Combine(folder, RunFiles.Configuration));
}
