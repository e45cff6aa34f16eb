using Actors.Contracts.Runs;

namespace Actors.Grains.Runs;

/// <summary>What the run directory keeps.</summary>
[GenerateSerializer, Alias("Actors.RunDirectoryState")]
internal sealed class RunDirectoryState
{
    /// <summary>Runs by name.</summary>
    [Id(0)] public Dictionary<string, RegisteredRun> Runs { get; set; } = [];
}
