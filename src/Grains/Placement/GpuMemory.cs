using System.Collections.Concurrent;
using Actors.Grains.Diagnostics;
using Actors.Learning.Devices;
using TorchSharp;

namespace Actors.Grains.Placement;

/// <summary>What this silo's workers hold on each device as planned, and what its GPUs have left for others.</summary>
/// <remarks>
/// libtorch keeps what a worker gave back for the next one, and nvidia-smi goes on counting it as used. So of what is used, as much
/// as this process held at most is its own, and what its workers do not hold now is free: what fitted once fits again.
/// </remarks>
internal sealed class GpuMemory(ActorsMeter meter)
{
    /// <summary>Bytes of CUDA's context and of its libraries' workspaces, which no plan counts.</summary>
    public const long Overhead = 1L << 30;

    private readonly ConcurrentDictionary<string, (long Now, long Most)> held = new(); // by device; none where nothing was computed yet

    /// <summary>Bytes that workers hold on a device, as planned.</summary>
    public long HeldBytes(string device) => held.GetValueOrDefault(device).Now;

    /// <summary>A worker takes its memory. What is returned gives it back when disposed, once.</summary>
    public IDisposable Hold(string device, long bytes)
    {
        Add(device, bytes);
        return new Share(this, device, bytes);
    }

    /// <summary>
    /// Bytes that a GPU has free; null for a CPU device, where nobody tells, and where CUDA counts only some of the GPUs
    /// and so otherwise than nvidia-smi.
    /// </summary>
    public long? FreeBytes(string name)
    {
        if (!DeviceName.TryParse(name, out DeviceName device) || device.Kind != DeviceType.CUDA
            || Environment.GetEnvironmentVariable("CUDA_VISIBLE_DEVICES") is not null
            || meter.Gpus.Last(device.Index) is not { UsedBytes: { } used, TotalBytes: { } total })
        {
            return null;
        }

        long own = held.TryGetValue(name, out (long Now, long Most) workers) ? workers.Most + Overhead : 0;
        return (long)Math.Max(0, total - Math.Max(0, used - own) - workers.Now - Overhead);
    }

    private void Add(string device, long bytes) => held.AddOrUpdate(
        device, _ => (bytes, bytes), (_, before) => (before.Now + bytes, Math.Max(before.Most, before.Now + bytes)));

    private sealed class Share(GpuMemory memory, string device, long bytes) : IDisposable
    {
        private int isGivenBack;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref isGivenBack, 1) == 0)
            {
                memory.Add(device, -bytes);
            }
        }
    }
}
