using System.Collections.Concurrent;
using System.Diagnostics;
using Actors.Learning.Devices;

namespace Actors.Grains.Devices;

/// <summary>The lanes of a silo: one for each device and thread count that a run uses, and one for files.</summary>
public sealed class Lanes : IDisposable
{
    /// <summary>How long the end of all waits for their work. Nobody else does any more; a piece that cannot be broken off must not keep the process.</summary>
    public static TimeSpan MostTimeToEnd { get; } = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<(DeviceName Device, int Threads), Lazy<Lane>> devices = new();

    /// <summary>The devices that have one.</summary>
    public IEnumerable<DeviceName> Devices => devices.Keys.Select(key => key.Device).Distinct();

    /// <summary>The lane that files are written on.</summary>
    public Lane Files { get; } = new("files", null);

    /// <summary>The lane of a device.</summary>
    /// <param name="device">The device.</param>
    /// <param name="threads">Torch threads, ≥ 1; another number is another lane, since it gives other bits.</param>
    public Lane Of(DeviceName device, int threads) =>
        devices.GetOrAdd((device, threads), key => new Lazy<Lane>(() => new Lane($"{key.Device}", key.Threads))).Value;

    /// <summary>Ends the lanes within five seconds; a piece of work that takes longer is left to the end of the process.</summary>
    public void Dispose()
    {
        long began = Stopwatch.GetTimestamp();
        foreach (Lane lane in devices.Values.Select(lane => lane.Value).Append(Files))
        {
            TimeSpan rest = MostTimeToEnd - Stopwatch.GetElapsedTime(began);
            lane.End(rest > TimeSpan.Zero ? rest : TimeSpan.Zero);
        }
    }
}
