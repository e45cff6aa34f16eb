using System.Diagnostics;
using Actors.Learning.Data;
using Actors.Learning.Devices;
using Actors.Learning.Training;

namespace Actors.Benchmarks;

/// <summary>Learning's own loop in this thread, without actors.</summary>
internal sealed class BareContestant(string name, IDataset dataset, TrainingOptions options, DeviceName device) : IContestant
{
    private readonly LocalTrainer trainer = new(dataset, options, device);
    private long step;

    public string Name { get; } = name;

    public double Run(int steps)
    {
        var watch = Stopwatch.StartNew();
        for (int i = 0; i < steps; i++)
        {
            trainer.Step(step++);
        }

        return watch.Elapsed.TotalMilliseconds / steps;
    }

    public void Dispose() => trainer.Dispose();
}
