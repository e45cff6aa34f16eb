using System.Collections.Immutable;

namespace Actors.Grains.Placement;

/// <summary>What a silo of its own was told that it has. A silo inside a console has none: it offers what the run names.</summary>
/// <param name="Devices">Devices by name, in the order they are taken.</param>
/// <param name="ThreadsPerDevice">Most torch threads of a device.</param>
/// <param name="Labels">Labels by key.</param>
public sealed record SiloResources(ImmutableArray<string> Devices, int ThreadsPerDevice, ImmutableDictionary<string, string> Labels);
