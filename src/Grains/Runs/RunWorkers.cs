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
    private ImmutableArray<WorkerPlace> places = []; // by shard: encoders, then fusion
    private string[] reducerSilos = [];

    /// <summary>Names of the modalities trained, [M].</summary>
    public IReadOnlyList<string> Modalities => modalities;

    /// <summary>Where each worker computes, one line each; empty before Prepare.</summary>
    public ImmutableArray<string> Placement { get; private set; } = [];

    /// <summary>Parameters of each module.</summary>
    public ImmutableDictionary<string, long> Parameters { get; private set; } = ImmutableDictionary<string, long>.Empty;

    /// <summary>What the fusion of shard 0 said when it was ready.</summary>
    public WorkerReady Ready { get; private set; } = null!;

    private IEnumerable<IFusionGrain> Fusions => places.Where(p => p.Modality is null)
        .Select(p => grains.GetGrain<IFusionGrain>(WorkerKey.Fusion(run, generation, p.Shard, p.Silo)));

    private IEnumerable<IEncoderGrain> Encoders => places.Where(p => p.Modality is not null)
        .Select(p => grains.GetGrain<IEncoderGrain>(WorkerKey.Encoder(run, generation, p.Shard, p.Modality!, p.Silo)));

    private IBalancerGrain Balancer => grains.GetGrain<IBalancerGrain>(WorkerKey.Balancer(run, generation, BalancerSilo));

    /// <summary>Beside the fusion of shard 0.</summary>
    private string BalancerSilo => Place(0, modalities.Length).Silo;

    /// <summary>Makes every worker where the plan says.</summary>
    public async Task PrepareAsync(RunPlacement plan)
    {
        (places, Placement) = (plan.Workers, plan.Lines);
        reducerSilos = [.. places.Select(place => place.Silo).Distinct().Order(StringComparer.Ordinal)];
        await Balancer.PrepareAsync(configuration);
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

    /// <summary>Disposes everything the workers have; those that were lost have nothing.</summary>
    public Task ReleaseAsync() => places.Length == 0 ? Task.CompletedTask : Task.WhenAll(
        [.. Encoders.Select(e => UnlessLost(e.ReleaseAsync())), .. Fusions.Select(f => UnlessLost(f.ReleaseAsync())), UnlessLost(Balancer.AbortAsync("The run has ended."))]);

    private static async Task UnlessLost(Task task)
    {
        try
        {
            await task;
        }
        catch (Exception failure) when (WorkerFailure.IsLoss(failure))
        {
            // Its silo is gone.
        }
    }

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
                await Task.WhenAll([UnlessLost(Balancer.AbortAsync(cause)), .. Encoders.Select(e => UnlessLost(e.AbortAsync(cause))), .. Fusions.Select(f => UnlessLost(f.AbortAsync(cause)))]);
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
        Device = Place(shard, modality < 0 ? modalities.Length : modality).Device,
        FeatureCounts = features,
        EncoderSilos = modality < 0 ? [.. modalities.Select((_, i) => Place(shard, i).Silo)] : [],
        BalancerSilo = BalancerSilo,
        ReducerSilos = reducerSilos,
    };

    private WorkerPlace Place(int shard, int position) => places[(shard * (modalities.Length + 1)) + position];

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{run}/g{generation}");
}
