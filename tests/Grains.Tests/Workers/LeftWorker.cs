using Actors.Contracts.Runs;
using Actors.Grains.Workers;
using Actors.Tests;

namespace Actors.Grains.Tests.Workers;

/// <summary>An encoder that nobody tells that it is over.</summary>
internal static class LeftWorker
{
    /// <summary>Prepares it, and waits until it has released itself.</summary>
    /// <param name="silo">Where.</param>
    /// <param name="run">The run that it is of.</param>
    /// <param name="generation">Of the run.</param>
    /// <param name="shard">Index d.</param>
    /// <param name="name">Of the modality in its key: the run's own, or one that no worker of the run has.</param>
    /// <param name="configuration">The run's.</param>
    public static async Task UntilReleasedAsync(SiloFixture silo, string run, int generation, int shard, string name, RunConfiguration configuration)
    {
        IEncoderGrain left = silo.Grains.GetGrain<IEncoderGrain>(WorkerKey.Encoder(run, generation, shard, name, silo.Silo));
        try
        {
            await left.PrepareAsync(new WorkerOrder
            {
                Run = run, Generation = generation, Configuration = configuration, Shard = shard, Modality = 0, Device = "cpu:0", FeatureCounts = [],
                EncoderSilos = [], BalancerSilo = silo.Silo, ReducerSilos = [silo.Silo],
            });
        }
        catch (WorkerException failure) when (failure.IsLost)
        {
            // It looked before it was ready, and was released under its own hands.
        }

        await Waiting.ForAsync("a worker that is over to release itself", async () => !await AnswersAsync(left), seconds: 60);
    }

    private static async Task<bool> AnswersAsync(IEncoderGrain encoder)
    {
        try
        {
            using InferredBatch batch = await encoder.InferAsync(Learning.Data.Split.Validation, [0]);
            return true;
        }
        catch (WorkerException)
        {
            return false;
        }
    }
}
