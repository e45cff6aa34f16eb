using Actors.Contracts.Runs;

namespace Actors.Client.Configuration;

/// <summary>A configuration without faults, and where its settings were written, for checks that need more than the file.</summary>
/// <param name="Configuration">The resolved configuration.</param>
/// <param name="OriginOf">Place of a dotted key; that of its group where it was left at its default.</param>
internal sealed record ConfigurationReading(RunConfiguration Configuration, Func<string, Origin> OriginOf);
