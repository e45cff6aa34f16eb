using Actors.Contracts.Runs;
using Actors.Grains.Runs;
using Actors.Learning.Data;
using Actors.Learning.Devices;
using Actors.Learning.Training;
using TorchSharp;

namespace Actors.Grains.Tests;

/// <summary>A run in one thread, without actors.</summary>
internal static class LocalRun
{
    /// <summary>The modules after some steps, by name.</summary>
    /// <param name="configuration">The run.</param>
    /// <param name="steps">Steps to take.</param>
    /// <param name="isThere">By round and shard: false where it is not in. Null: all are.</param>
    /// <param name="device">Where it computes; null: on the CPU.</param>
    public static SortedDictionary<string, float[]> Train(
        RunConfiguration configuration, long steps, Func<long, int, bool>? isThere = null, DeviceName? device = null)
    {
        // A thread of its own: torch's thread count is thread-local.
        SortedDictionary<string, float[]> result = new(StringComparer.Ordinal);
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                TorchThreads.Use(configuration.Placement.ThreadsPerDevice);
                TrainingOptions options = LearningOptions.Training(configuration);
                using IDataset data = Datasets.Open(LearningOptions.Dataset(configuration.Data));
                using var trainer = new LocalTrainer(data, options, device ?? DeviceName.Cpu, isThere);
                for (long step = 0; step < steps; step++)
                {
                    trainer.Step(step);
                }

                foreach ((string module, TrainedModule trained) in trainer.Encoders.Select((e, i) => ($"encoder.{options.Modalities[i].Name}", e.Module))
                    .Append(("fusion", trainer.Fusion.Module)))
                {
                    foreach ((string name, torch.Tensor tensor) in trained.ModelState)
                    {
                        result[$"{module}/{name}"] = tensor.detach().to(torch.ScalarType.Float32).cpu().data<float>().ToArray();
                    }
                }
            }
            catch (Exception caught)
            {
                failure = caught;
            }
        });
        thread.Start();
        thread.Join();
        Assert.Null(failure);
        return result;
    }
}
