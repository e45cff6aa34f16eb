using System.Collections.Immutable;

namespace Actors.Contracts.Cluster;

/// <summary>One silo, as its cluster sees it.</summary>
[GenerateSerializer, Immutable, Alias("Actors.SiloDescription")]
public sealed record SiloDescription
{
    /// <summary><c>host:port</c> that other silos reach it at.</summary>
    [Id(0)] public required string Address { get; init; }

    /// <summary>Name it was given, or made itself.</summary>
    [Id(1)] public required string Name { get; init; }

    /// <summary>Host name of its machine, as that says it.</summary>
    [Id(2)] public required string Host { get; init; }

    /// <summary>Port that consoles connect to; 0 where it takes none.</summary>
    [Id(3)] public required int GatewayPort { get; init; }

    /// <summary>In lower case: <c>active</c>, <c>joining</c>, <c>dead</c>, …</summary>
    [Id(4)] public required string Status { get; init; }

    /// <summary>When its process joined, UTC.</summary>
    [Id(5)] public required DateTimeOffset Started { get; init; }

    /// <summary>What the silo says of itself: version, devices, labels; empty where it says nothing.</summary>
    [Id(6)] public required ImmutableSortedDictionary<string, string> Labels { get; init; }
}
