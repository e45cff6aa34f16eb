using System.Collections.Immutable;

namespace Actors.Grains.Placement;

/// <summary>A device while a plan is made.</summary>
/// <param name="silo">Whose it is.</param>
/// <param name="device">The device.</param>
/// <param name="costs">Of each module, [M + 1]; empty where nothing was measured.</param>
internal sealed class DeviceSeat(SiloOffer silo, DeviceOffer device, ImmutableArray<ModuleCost> costs)
{
    public SiloOffer Silo => silo;

    public DeviceOffer Device => device;

    /// <summary>Seconds of a step that it is planned to compute so far; at first those of other runs.</summary>
    public double Load { get; set; } = device.Seconds;

    /// <summary>Whose memory it uses: its own, or its machine's; null where that is not known.</summary>
    public string? Pool { get; } = device.Kind == "cpu" ? silo.Host : device.Bytes is null ? null : $"{silo.Silo} {device.Name}";

    public long Bytes(int module) => costs.Length == 0 ? 0 : costs[module].Bytes;

    public double? Measured(int module) => costs.Length == 0 ? null : costs[module].Seconds;

    /// <summary>Seconds of a step; where nothing was measured, 1 for each module.</summary>
    public double Seconds(int module) => Measured(module) ?? 1;
}
