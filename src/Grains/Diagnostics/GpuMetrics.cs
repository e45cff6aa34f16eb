using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Actors.Grains.Diagnostics;

/// <summary>Memory and use of this machine's GPUs; no series where there are none.</summary>
internal sealed class GpuMetrics
{
    private readonly ConcurrentDictionary<int, GpuReading> gpus = new();

    /// <summary>Makes the instruments.</summary>
    public GpuMetrics(Meter meter)
    {
        Gauge("actors.gpu.memory.used", "By", "Memory of the GPU that is in use, by all processes.", gpu => gpu.UsedBytes);
        Gauge("actors.gpu.memory.limit", "By", "Memory that the GPU has.", gpu => gpu.TotalBytes);
        Gauge("actors.gpu.utilization", "1", "Part of the time in which the GPU computed.", gpu => gpu.Utilization);

        void Gauge(string name, string unit, string description, Func<GpuReading, double?> read) =>
            meter.CreateObservableGauge(name, () => Values(read), unit, description);
    }

    /// <summary>Takes what a GPU says.</summary>
    public void Take(GpuReading reading) => gpus[reading.Index] = reading;

    /// <summary>What a GPU said last; null where nobody tells.</summary>
    /// <param name="index">Its number, as nvidia-smi counts.</param>
    public GpuReading? Last(int index) => gpus.GetValueOrDefault(index);

    /// <summary>Nobody tells of the GPUs any more.</summary>
    public void Clear() => gpus.Clear();

    private IEnumerable<Measurement<double>> Values(Func<GpuReading, double?> read)
    {
        foreach (GpuReading gpu in gpus.Values)
        {
            if (read(gpu) is { } value)
            {
                yield return new Measurement<double>(value, new KeyValuePair<string, object?>("gpu", gpu.Index));
            }
        }
    }
}
