using Actors.Grains.Diagnostics;
using Actors.Learning.Devices;
using TorchSharp;

namespace Actors.Grains.Placement;

/// <summary>What this silo's workers use of each device as planned, and what its GPUs have left for others.</summary>
/// <remarks>
/// libtorch keeps what a worker gave back for the next one, and nvidia-smi goes on counting it as used. So of what is used, as much
/// as this process held at most is its own, and what its workers do not hold now is free: what fitted once fits again.
/// </remarks>
internal sealed class DeviceUse(ActorsMeter meter)
{
    /// <summary>Bytes of CUDA's context and of its libraries' workspaces, which no plan counts.</summary>
    public const long Overhead = 1L << 30;

    private readonly Lock gate = new();
    private readonly HashSet<Share> shares = [];
    private readonly Dictionary<string, long> most = []; // bytes held at once, by device; none where nothing was computed yet

    /// <summary>Bytes that workers hold on a device, as planned.</summary>
    public long HeldBytes(string device)
    {
        lock (gate)
        {
            return Bytes(device, except: null);
        }
    }

    /// <summary>Seconds of a step that workers compute on a device, as planned.</summary>
    /// <param name="device">The device by name.</param>
    /// <param name="except">Name of a run whose own workers are not counted; null: all are.</param>
    public double Seconds(string device, string? except)
    {
        lock (gate)
        {
            // Added up anew, in order: what was added and taken away again would leave roundings, and break ties between devices.
            return shares.Where(share => share.Device == device && share.Run != except).Select(share => share.Seconds).Order().Sum();
        }
    }

    /// <summary>
    /// A worker has its part of a device from now on, and computes there from <see cref="Share.Begin"/> on. What is returned gives it back when disposed, once.
    /// </summary>
    /// <param name="run">Name of its run.</param>
    /// <param name="device">The device by name.</param>
    /// <param name="bytes">Memory that it is planned with.</param>
    /// <param name="seconds">Seconds of a step that it is planned with.</param>
    public Share Hold(string run, string device, long bytes, double seconds)
    {
        var share = new Share(this, run, device, bytes, seconds);
        lock (gate)
        {
            shares.Add(share);
        }

        return share;
    }

    /// <summary>
    /// Bytes that a GPU has free; null for a CPU device, where nobody tells, and where CUDA counts only some of the GPUs
    /// and so otherwise than nvidia-smi.
    /// </summary>
    /// <param name="name">The device by name.</param>
    /// <param name="except">Name of a run whose own workers are not counted: it is planned anew. Null: all are.</param>
    public long? FreeBytes(string name, string? except = null)
    {
        if (!DeviceName.TryParse(name, out DeviceName device) || device.Kind != DeviceType.CUDA
            || Environment.GetEnvironmentVariable("CUDA_VISIBLE_DEVICES") is not null
            || meter.Gpus.Last(device.Index) is not { UsedBytes: { } used, TotalBytes: { } total })
        {
            return null;
        }

        lock (gate)
        {
            long own = most.TryGetValue(name, out long bytes) ? bytes + Overhead : 0;
            return (long)Math.Max(0, total - Math.Max(0, used - own) - Bytes(name, except) - Overhead);
        }
    }

    /// <summary>The memory of a GPU ran out before its user was planned: this process has taken all that was free.</summary>
    /// <param name="device">The device by name.</param>
    /// <param name="free">Bytes that were free before; null where that was not known.</param>
    public void RanOut(string device, long? free)
    {
        lock (gate)
        {
            most[device] = Math.Max(most.GetValueOrDefault(device), (free ?? 0) + Bytes(device, except: null));
        }
    }

    private long Bytes(string device, string? except) =>
        shares.Where(share => share.Device == device && share.Run != except).Sum(share => share.Bytes);

    /// <summary>A worker's part of a device.</summary>
    public sealed class Share(DeviceUse use, string run, string device, long bytes, double seconds) : IDisposable
    {
        private bool hasBegun;

        /// <summary>It is computed there: libtorch may keep its memory.</summary>
        public void Begin()
        {
            lock (use.gate)
            {
                hasBegun = true;
                long begun = use.shares.Where(share => share.Device == device && share.hasBegun).Sum(share => share.Bytes);
                use.most[device] = Math.Max(use.most.GetValueOrDefault(device), begun);
            }
        }

        public string Run => run;

        public string Device => device;

        public long Bytes => bytes;

        public double Seconds => seconds;

        public void Dispose()
        {
            lock (use.gate)
            {
                use.shares.Remove(this);
            }
        }
    }
}
