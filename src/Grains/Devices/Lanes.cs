using System.Collections.Concurrent;
using Actors.Learning.Devices;

namespace Actors.Grains.Devices;

/// <summary>The lanes of a silo: one for each device and thread count that a run uses, and one for files.</summary>
public sealed class Lanes : IDisposable
{
    private readonly ConcurrentDictionary<(DeviceName Device, int Threads), Lazy<Lane>> devices = new();

    /// <summary>The lane that files are written on.</summary>
    public Lane Files { get; } = new("files", null);

    /// <summary>The lane of a device.</summary>
    /// <param name="device">The device.</param>
    /// <param name="threads">Torch threads, ≥ 1; another number is another lane, since it gives other bits.</param>
    public Lane Of(DeviceName device, int threads) =>
        devices.GetOrAdd((device, threads), key => new Lazy<Lane>(() => new Lane($"{key.Device}", key.Threads))).Value;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Lazy<Lane> lane in devices.Values)
        {
            lane.Value.Dispose();
        }

        Files.Dispose();
    }
}
