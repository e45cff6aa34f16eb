using System.Diagnostics.Metrics;
using Actors.Learning.Native;

namespace Actors.Grains.Diagnostics;

/// <summary>Everything a silo measures, under one meter; docs/metrics.md lists it.</summary>
internal sealed class ActorsMeter : IDisposable
{
    /// <summary>Name of the meter, for whoever exports it.</summary>
    public const string Name = "Actors";

    /// <summary>Makes all instruments.</summary>
    public ActorsMeter(IMeterFactory meters, TimeProvider time)
    {
        Meter meter = meters.Create(Name); // the factory's, which also disposes it
        Runs = new RunMetrics(meter, time);
        Steps = new StepTimings(meter, time);
        Tensors = new TensorTraffic(meter);
        Links = new LinkTraffic(meter, time);
        Gpus = new GpuMetrics(meter);
        meter.CreateObservableGauge("actors.silo.tensors", () => LiveTensors.Count, "{tensor}", "Native tensors that are alive.");
    }

    /// <summary>What runs are at.</summary>
    public RunMetrics Runs { get; }

    /// <summary>How long the phases of steps take.</summary>
    public StepTimings Steps { get; }

    /// <summary>What goes through the tensor codec.</summary>
    public TensorTraffic Tensors { get; }

    /// <summary>What comes from other silos.</summary>
    public LinkTraffic Links { get; }

    /// <summary>The GPUs of this machine.</summary>
    public GpuMetrics Gpus { get; }

    /// <inheritdoc/>
    public void Dispose() => Runs.Dispose();
}
