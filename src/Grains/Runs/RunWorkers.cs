using System.Collections.Immutable;
using System.Globalization;
using Actors.Contracts.Runs;
using Actors.Grains.Balancing;
using Actors.Grains.Workers;
using Actors.Learning.Data;
using Actors.Learning.Evaluation;

namespace Actors.Grains.Runs;

/// <summary>The workers of one generation of a run: M encoders and a fusion for each of D shards, and the balancer.</summary>
internal sealed class RunWorkers(IGrainFactory grains, string run, int generation, RunConfiguration configuration)
{
    private readonly string[] modalities = [.. LearningOptions.Training(configuration).Modalities.Select(m => m.Name)];
    private readonly int shardCount = configuration.Training.Shards;
    private readonly IBalancerGrain balancer = grains.GetGrain<IBalancerGrain>(WorkerKey.Balancer(run, generation));

    /// <summary>Names of the modalities trained, [M].</summary>
    public IReadOnlyList<string> Modalities => modalities;

    /// <summary>Where each worker computes, one line each.</summary>
    public ImmutableArray<string> Placement { get; private set; } = [];

    /// <summary>Parameters of each module.</summary>
    public ImmutableDictionary<string, long> Parameters { get; private set; } = ImmutableDictionary<string, long>.Empty;

    /// <summary>What the fusion of shard 0 said when it was ready.</summary>
    public WorkerReady Ready { get; private set; } = null!;

    private IEnumerable<IFusionGrain> Fusions => Enumerable.Range(0, shardCount).Select(d => grains.GetGrain<IFusionGrain>(WorkerKey.Fusion(run, generation, d)));

    private IEnumerable<IEncoderGrain> Encoders => Enumerable.Range(0, shardCount)
        .SelectMany(d => modalities.Select(m => grains.GetGrain<IEncoderGrain>(WorkerKey.Encoder(run, generation, d, m))));

    /// <summary>Makes every worker.</summary>
    public async Task PrepareAsync()
    {
        await balancer.PrepareAsync(configuration);
        WorkerReady[] encoders = await AllAsync([.. Encoders.Select((encoder, n) => encoder.PrepareAsync(Order(n / modalities.Length, n % modalities.Length, [])))]);
        long[] features = [.. encoders.Take(modalities.Length).Select(e => e.FeatureCount)];
        WorkerReady[] fusions = await AllAsync([.. Fusions.Select((fusion, d) => fusion.PrepareAsync(Order(d, -1, features)))]);
        Ready = fusions[0];
        string[] digests = [.. encoders.Concat(fusions).Select(w => w.DataDigest).Distinct()];
        if (digests.Length > 1)
        {
            throw new WorkerException($"All workers of a run must read the same data, but they opened {digests.Length} versions of it. Compare the dataset's files on the hosts.");
        }

        Parameters = modalities.Select((m, i) => KeyValuePair.Create($"encoder.{m}", encoders[i].ParameterCount))
            .Append(KeyValuePair.Create("fusion", fusions[0].ParameterCount)).ToImmutableDictionary();
        Placement =
        [
            .. Enumerable.Range(0, shardCount).SelectMany(d => modalities.Select((m, i) => $"shard {d} encoder {m} on {Device(d, i)}")
                .Append($"shard {d} fusion on {Device(d, modalities.Length)}")),
        ];
    }

    /// <summary>Trains a piece on all shards.</summary>
    public Task<ShardReport[]> TrainAsync(long from, long to, bool synchronizeAtEnd) => AllAsync([.. Fusions.Select(f => f.TrainAsync(from, to, synchronizeAtEnd))]);

    /// <summary>Predicts a whole split.</summary>
    public async Task<SplitPredictions> EvaluateAsync(Split split) =>
        ShardPredictions.Join(await AllAsync([.. Fusions.Select(f => f.EvaluateAsync(split))]), modalities);

    /// <summary>Has every worker write its share of a checkpoint. One that fails ends nothing: training can go on.</summary>
    public Task SaveAsync(string draftFolder) => Task.WhenAll([.. Encoders.Select(e => e.SaveAsync(draftFolder)), .. Fusions.Select(f => f.SaveAsync(draftFolder))]);

    /// <summary>Has every worker take its module from a checkpoint.</summary>
    public Task RestoreAsync(string folder, bool withOptimizer) =>
        AllAsync([.. Encoders.Select(e => Done(e.RestoreAsync(folder, withOptimizer))), .. Fusions.Select(f => Done(f.RestoreAsync(folder, withOptimizer)))]);

    /// <summary>Disposes everything the workers have.</summary>
    public Task ReleaseAsync() => Task.WhenAll(
        [.. Encoders.Select(e => e.ReleaseAsync()), .. Fusions.Select(f => f.ReleaseAsync()), balancer.AbortAsync("The run has ended.")]);

    private static async Task<bool> Done(Task task)
    {
        await task;
        return true;
    }

    /// <summary>Waits for all; where one fails, ends what the others wait for, and throws the failure that came first.</summary>
    private async Task<T[]> AllAsync<T>(Task<T>[] tasks)
    {
        var open = tasks.ToList();
        while (open.Count > 0)
        {
            Task<T> finished = await Task.WhenAny(open);
            open.Remove(finished);
            if (!finished.IsCompletedSuccessfully)
            {
                string cause = finished.Exception?.InnerException?.Message ?? "A worker was cancelled.";
                await Task.WhenAll([balancer.AbortAsync(cause), .. Encoders.Select(e => e.AbortAsync(cause)), .. Fusions.Select(f => f.AbortAsync(cause))]);
                await Task.WhenAll(open).ContinueWith(rest => rest.Exception, TaskScheduler.Current);
                await finished; // throws
            }
        }

        return [.. tasks.Select(t => t.Result)];
    }

    private WorkerOrder Order(int shard, int modality, long[] features) => new()
    {
        Run = run,
        Generation = generation,
        Configuration = configuration,
        Shard = shard,
        Modality = modality,
        Device = Device(shard, modality < 0 ? modalities.Length : modality),
        FeatureCounts = features,
    };

    /// <summary>Workers take the devices in turn.</summary>
    private string Device(int shard, int position) =>
        configuration.Placement.Devices[((shard * (modalities.Length + 1)) + position) % configuration.Placement.Devices.Length];

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{run}/g{generation}");
}
