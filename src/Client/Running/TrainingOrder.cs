using Actors.Client.Configuration;
using Actors.Contracts.Runs;

namespace Actors.Client.Running;

/// <summary>What a trainer is asked to do.</summary>
/// <param name="Configuration">The resolved configuration; its name is the run's.</param>
/// <param name="Folder">The run's folder, a full path; it exists.</param>
/// <param name="Resume">True: go on from the last checkpoint in the folder that is whole.</param>
/// <param name="OriginOf">Where a setting was written, for errors; null: in the run's own folder.</param>
internal sealed record TrainingOrder(RunConfiguration Configuration, string Folder, bool Resume, Func<string, Origin>? OriginOf = null);
