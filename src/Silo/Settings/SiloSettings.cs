using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Actors.Grains.Diagnostics;
using Actors.Grains.Placement;
using Actors.Learning.Devices;

namespace Actors.Silo.Settings;

/// <summary>What a silo was told; docs/silo.md has every setting.</summary>
internal sealed record SiloSettings
{
    /// <summary>Metadata's key of the devices, as <c>cuda:0,cuda:1</c>.</summary>
    public const string DevicesKey = "devices";

    /// <summary>Metadata's key of the torch threads of a device.</summary>
    public const string ThreadsKey = "threads-per-device";

    /// <summary>Metadata's key of the silo's version.</summary>
    public const string VersionKey = "version";

    public required ClusterAddress Cluster { get; init; }

    public required string ClusterId { get; init; }

    public required int SiloPort { get; init; }

    public required int GatewayPort { get; init; }

    public required int HttpPort { get; init; }

    public required IPAddress Address { get; init; }

    public required IReadOnlyList<DeviceName> Devices { get; init; }

    public required int ThreadsPerDevice { get; init; }

    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    public required string DataRoot { get; init; }

    public required bool FastFailureDetection { get; init; }

    /// <summary>The address to listen on: where others are to reach this silo, it listens on all, since inside a container or behind a
    /// translated address the advertised one need not be its own.</summary>
    public IPAddress ListeningAddress => IPAddress.IsLoopback(Address) ? Address : IPAddress.Any;

    /// <summary>What runs are planned with.</summary>
    public SiloResources ToResources() => new([.. Devices.Select(device => $"{device}")], ThreadsPerDevice, Labels.ToImmutableDictionary());

    /// <summary>What the cluster is told about this silo.</summary>
    public Dictionary<string, string> ToMetadata() => new(Labels)
    {
        [DevicesKey] = string.Join(',', Devices),
        [VersionKey] = ActorsVersion.Here,
        [ThreadsKey] = ThreadsPerDevice.ToString(CultureInfo.InvariantCulture),
    };
}
