using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;

namespace Actors.Grains.Devices;

/// <summary>GPUs that failed so that CUDA refuses every further call of this process there. Only a new process mends it.</summary>
internal sealed partial class BrokenDevices(ILogger<BrokenDevices> log)
{
    // As CUDA says them. After "out of memory" and the like a device goes on.
    private static readonly string[] Failures =
    [
        "illegal memory access",
        "illegal instruction",
        "device-side assert",
        "misaligned address",
        "invalid program counter",
        "unspecified launch failure",
        "launch timed out",
        "uncorrectable",
        "hardware error",
        "hardware stack error",
    ];

    private readonly ConcurrentDictionary<string, string> broken = new(); // the run that was the first to see it, by device

    /// <summary>True where the device is of no use any more.</summary>
    public bool Contains(string device) => broken.ContainsKey(device);

    /// <summary>Takes note of what torch threw on a device.</summary>
    /// <param name="device">The device by name.</param>
    /// <param name="run">Whose work failed; empty where it was only measured.</param>
    /// <param name="failure">What was thrown.</param>
    /// <returns>True where another run's work had broken the device before: then this failure says nothing of its own work.</returns>
    public bool Note(string device, string run, Exception failure)
    {
        if (failure is not ExternalException)
        {
            return false;
        }

        if (Array.Exists(Failures, words => failure.Message.Contains(words, StringComparison.Ordinal)) && broken.TryAdd(device, run))
        {
            LogBroken(device, failure.Message.Split('\n')[0].TrimEnd());
        }

        return broken.TryGetValue(device, out string? first) && first != run;
    }

    [LoggerMessage(
        LogLevel.Error,
        "{Device} is not offered any more: it failed so that this process cannot use it again ({Failure}). Restart the silo.")]
    private partial void LogBroken(string device, string failure);
}
