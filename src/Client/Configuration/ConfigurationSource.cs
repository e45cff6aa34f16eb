using System.Collections;

namespace Actors.Client.Configuration;

/// <summary>Where a configuration comes from: a file, and what is laid over it.</summary>
internal sealed record ConfigurationSource
{
    /// <summary>Path of the YAML file, as the person wrote it; relative paths in it count from its folder.</summary>
    public required string File { get; init; }

    /// <summary>What is in the file, where this machine need not see it; null: it is read.</summary>
    public string? Text { get; init; }

    /// <summary>Environment variables; those that begin with <see cref="SettingOverrides.Prefix"/> are laid over the file.</summary>
    public IDictionary Environment { get; init; } = new Dictionary<string, string>();

    /// <summary><c>a.b=c</c> each, laid over the environment, in this order.</summary>
    public IReadOnlyList<string> Set { get; init; } = [];

    /// <summary>True: of a run that was begun, where <see cref="Set"/> may change nothing but <c>placement</c>.</summary>
    public bool IsBegun { get; init; }

    /// <summary>Name of the run, laid over all; null: as configured.</summary>
    public string? Name { get; init; }

    /// <summary>True: a relative path of the environment or the command line stays so, for each silo to count from its data root.</summary>
    public bool ForCluster { get; init; }

    /// <summary>True: a relative path of the file stays so, too.</summary>
    public bool AsWritten { get; init; }

    /// <summary>True: devices and paths that this machine lacks are faults too.</summary>
    public bool CheckMachine { get; init; }

    /// <summary>True: a checkpoint has every weight, so files of pre-trained ones may be gone.</summary>
    public bool HasCheckpoint { get; init; }
}
