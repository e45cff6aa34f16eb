using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Actors.Grains.Workers;
using Actors.Learning.Devices;
using Microsoft.Extensions.Logging;
using TorchSharp;

namespace Actors.Grains.Devices;

/// <summary>GPUs that failed so that CUDA refuses every further call of this process there. Only a new process mends it.</summary>
internal sealed partial class BrokenDevices(Lanes lanes, ILogger<BrokenDevices> log)
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

    /// <summary>Says whose failure it is what torch threw, and takes note of devices that are of no use any more.</summary>
    /// <param name="device">Where the work was done, by name.</param>
    /// <param name="run">Whose work failed; empty where it was only measured.</param>
    /// <param name="failure">What was thrown.</param>
    /// <returns>The device that failed; null where the work itself is at fault.</returns>
    /// <remarks>
    /// A GPU is told what to do and goes its own way: its failure is thrown where somebody reads its result, on another device perhaps. So all are asked.
    /// </remarks>
    public async Task<string?> BlamedAsync(string device, string run, Exception failure)
    {
        if (failure is not ExternalException)
        {
            return null;
        }

        string failed = device;
        if (IsForGood(failure))
        {
            string[] dead = await Lane.Apart(() => Dead(device));
            string[] fresh = Array.FindAll(dead, one => broken.TryAdd(one, run));
            Array.ForEach(fresh, one => LogBroken(one, failure.Message.Split('\n')[0].TrimEnd()));
            string? other = fresh.FirstOrDefault() ?? Array.Find(dead, one => broken[one] == run) ?? dead.FirstOrDefault();
            failed = dead.Contains(device) ? device : other ?? device;
        }

        bool wasBroken = broken.TryGetValue(failed, out string? first) && first != run; // then it says nothing of this run's work
        return wasBroken || WorkerFailure.IsOfDevice(failure) ? failed : null;
    }

    private static bool IsForGood(Exception failure) => Array.Exists(Failures, words => failure.Message.Contains(words, StringComparison.Ordinal));

    /// <summary>Of the GPUs that this process computes on those that CUDA refuses by now; where it has none the device that is said to be.</summary>
    private string[] Dead(string device)
    {
        DeviceName[] gpus = [.. lanes.Devices.Where(one => one.Kind != DeviceType.CPU)]; // to ask another would take memory there
        return gpus.Length == 0 ? [device] : [.. gpus.Where(IsDead).Select(gpu => $"{gpu}")];
    }

    private static bool IsDead(DeviceName gpu)
    {
        using var scope = torch.NewDisposeScope();
        try
        {
            torch.ones(1, device: gpu.ToTorch()).item<float>();
            return false;
        }
        catch (ExternalException failure)
        {
            return IsForGood(failure); // one that has no memory left goes on
        }
    }

    [LoggerMessage(
        LogLevel.Error,
        "{Device} is not offered any more: it failed so that this process cannot use it again ({Failure}). Restart the silo.")]
    private partial void LogBroken(string device, string failure);
}
