using System.Collections.Immutable;

namespace Actors.Grains.Placement;

/// <summary>What a silo has for runs, as it says itself.</summary>
[GenerateSerializer, Immutable, Alias("Actors.SiloOffer")]
internal sealed record SiloOffer
{
    /// <summary><c>ip:port@generation</c>.</summary>
    [Id(0)] public required string Silo { get; init; }

    /// <summary>
    /// Name of the memory its CPU devices use: the machine's, which all silos there share, in containers too, or its own where it has a limit.
    /// </summary>
    [Id(1)] public required string Host { get; init; }

    [Id(2)] public required ImmutableArray<DeviceOffer> Devices { get; init; }

    /// <summary>Most torch threads of a device; null: as many as asked for.</summary>
    [Id(3)] public required int? ThreadsPerDevice { get; init; }

    /// <summary>Labels by key; null where the silo stands for every site, as a console's own does.</summary>
    [Id(4)] public required ImmutableDictionary<string, string>? Labels { get; init; }

    /// <summary>How much of that is free, in bytes.</summary>
    [Id(5)] public required long HostBytes { get; init; }

    /// <summary>Devices it would offer, but its process cannot use them any more.</summary>
    [Id(6)] public ImmutableArray<string> Broken { get; init; } = [];

    /// <summary><c>ip:port</c>: the same after a restart.</summary>
    public string Address => Silo.Split('@')[0];

    /// <summary>True of a silo inside a console: it ends with that.</summary>
    public bool IsOfConsole => Labels is null;

    /// <summary>The offer without devices that are to be left out.</summary>
    public SiloOffer Without(string[] avoided) =>
        avoided.Length == 0 ? this : this with { Devices = [.. Devices.Where(device => !avoided.Contains($"{Address}/{device.Name}"))] };

    /// <summary>True where a shard of that site may be here; null: any site.</summary>
    public bool IsOf(string? site) =>
        site is null || Labels is null || (site.Split('=', 2) is [string key, string value] && Labels.GetValueOrDefault(key) == value);
}
