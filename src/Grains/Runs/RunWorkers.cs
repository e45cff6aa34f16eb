using System.Collections.Immutable;
using System.Globalization;
using Actors.Contracts.Runs;
using Actors.Grains.Balancing;
using Actors.Grains.Federation;
using Actors.Grains.Reduction;
using Actors.Grains.Workers;
using Actors.Learning.Data;
using Actors.Learning.Evaluation;

namespace Actors.Grains.Runs;

/// <summary>The workers of one generation of a run: M encoders and a fusion for each of D shards, and the balancer.</summary>
internal sealed class RunWorkers(IGrainFactory grains, WorkerCalls calls, string run, int generation, RunConfiguration configuration)
{
    private readonly WorkerGrains workers = new(grains, run, generation, configuration.Training);
    private readonly string[] modalities = [.. LearningOptions.Training(configuration).Modalities.Select(m => m.Name)];
    private readonly int shardCount = configuration.Training.Shards;
    private RunConfiguration ordered = null!; // of workers that are yet to be made
    private string[] digests = []; // of the data, by shard
    private ImmutableArray<long> features = []; // D_i, [M]
    private bool inRounds; // the aggregators have the newest parameters

    /// <summary>The rounds; null where gradients are synchronised, and before they begin.</summary>
    public RoundConductor? Rounds { get; private set; }

    /// <summary>Where they are; nowhere before Prepare.</summary>
    public CurrentPlan Plan { get; private set; } = new([], 1);

    /// <summary>The run's folder, which their silos must see; null before it is taken.</summary>
    public FolderOwner? Folder { get; set; }

    /// <summary>The run's balancer.</summary>
    public IBalancerGrain Balancer => workers.Balancer(Plan.BalancerSilo);

    /// <summary>How each module is cut for rounds, [M + 1]; true for a segment of batch statistics.</summary>
    public ImmutableArray<bool>[] Segments { get; private set; } = [];

    /// <summary>Names of the modalities trained, [M].</summary>
    public IReadOnlyList<string> Modalities => modalities;

    /// <summary>Where each worker computes, one line each; empty before Prepare.</summary>
    public ImmutableArray<string> Placement { get; private set; } = [];

    /// <summary>Parameters of each module.</summary>
    public ImmutableDictionary<string, long> Parameters { get; private set; } = ImmutableDictionary<string, long>.Empty;

    /// <summary>Samples of each split, by name; none before Prepare.</summary>
    public ImmutableDictionary<string, int> Samples => Ready is null
        ? ImmutableDictionary<string, int>.Empty
        : Ready.SampleCounts.Select((n, i) => KeyValuePair.Create(((Split)i).ToString().ToLowerInvariant(), n)).ToImmutableDictionary();

    /// <summary>What the fusion of shard 0 said when it was ready.</summary>
    public WorkerReady Ready { get; private set; } = null!;

    private int[] Present => Rounds is null ? [.. Shards] : [.. Shards.Except(Rounds.Away)];

    private IEnumerable<IFusionGrain> Fusions => Shards.Select(Fusion);

    private IEnumerable<IEncoderGrain> Encoders => Shards.SelectMany(EncodersOf);

    /// <summary>Indices of the shards.</summary>
    public IEnumerable<int> Shards => Enumerable.Range(0, shardCount);

    /// <summary>Makes every worker where the plan says.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="proceed">Asked before encoders, and before fusions; throws where they are not wanted any more. Null: they are.</param>
    /// <param name="goesOn">True where a checkpoint is restored next: pre-trained weights are not read.</param>
    public async Task PrepareAsync(RunPlan plan, Action? proceed = null, bool goesOn = false)
    {
        ordered = goesOn ? configuration.WithoutWeights() : configuration;
        (Plan, Placement) = (new CurrentPlan(plan.Workers, modalities.Length + 1), plan.Lines);
        await calls.OrderAsync(Balancer, balancer => balancer.PrepareAsync(configuration));
        proceed?.Invoke();
        WorkerReady[] encoders = await AllAsync(
            [.. Encoders.Select((encoder, n) => calls.OrderAsync(encoder, e => e.PrepareAsync(Order(n / modalities.Length, n % modalities.Length, []))))]);
        features = [.. encoders.Take(modalities.Length).Select(e => e.FeatureCount)];
        proceed?.Invoke();
        WorkerReady[] fusions = await AllAsync([.. Fusions.Select((fusion, d) => calls.OrderAsync(fusion, f => f.PrepareAsync(Order(d, -1, features))))]);
        digests = DataDigests.Of(encoders, fusions);
        WeightsAgreement.ThrowIfApart(configuration, Plan.Workers, encoders);
        ordered = configuration.WithoutWeights(); // a shard that is made again takes what the others have learned
        Ready = fusions[0] with { DataDigest = DataDigests.Join(digests) };
        Segments = [.. encoders.Take(modalities.Length).Append(fusions[0]).Select(worker => worker.Segments)];
        Parameters = modalities.Select((m, i) => KeyValuePair.Create($"encoder.{m}", encoders[i].ParameterCount))
            .Append(KeyValuePair.Create("fusion", fusions[0].ParameterCount)).ToImmutableDictionary();
    }

    /// <summary>The fusion of a shard.</summary>
    public IFusionGrain Fusion(int shard) => workers.Fusion(shard, Plan[shard, modalities.Length].Silo);

    /// <summary>A shard's worker of a module: of an encoder by its index, of the fusion at M.</summary>
    public IModuleGrain Worker(int shard, int module) => ModulesOf(shard).ElementAt(module);

    /// <summary>A module's name, as in checkpoints.</summary>
    public string ModuleName(int module) => module < modalities.Length ? $"encoder.{modalities[module]}" : "fusion";

    /// <summary>What holds modules between rounds, [M + 1] by segment; by the balancer: another silo's loss loses shards alone.</summary>
    public ImmutableArray<ImmutableArray<IAggregatorGrain>> Aggregators() =>
    [
        .. Segments.Select((segments, module) => segments.Select((_, segment) =>
            workers.Aggregator(ModuleName(module), segment, Plan.BalancerSilo))
            .ToImmutableArray()),
    ];

    /// <summary>Begins the rounds where parameters are synchronised.</summary>
    /// <param name="state">Where the run stands.</param>
    /// <param name="checkpointFolder">The checkpoint it goes on from; null: begins anew.</param>
    /// <param name="kept">Told of shards that move, and of what is lost.</param>
    /// <param name="time">The clock of deadlines.</param>
    /// <param name="warn">Warns of what keeps shards away.</param>
    public Task BeginRoundsAsync(RunState state, string? checkpointFolder, RunPlaces kept, TimeProvider time, Func<string, Task> warn)
    {
        if (!configuration.Training.SynchronizesParameters)
        {
            return Task.CompletedTask;
        }

        (Rounds, inRounds) = (new RoundConductor(this, new LostShards(this, kept, time, warn), kept, calls, configuration, time), true);
        return Rounds.PrepareAsync(state.Step, state.Coefficients, checkpointFolder);
    }

    /// <summary>Plans where a shard that was lost may be made again.</summary>
    public Task<RunPlan> PlanAsync(int shard, WorkerPlace[] standing, string[] avoided) =>
        grains.GetGrain<IPlannerGrain>(0).PlanShardAsync(ordered, shard, standing, avoided, Folder);

    /// <summary>
    /// Disposes what the workers of one shard have. One that is made again on the same silo must have ended before: what is told to others may come later.
    /// </summary>
    /// <param name="shard">The shard.</param>
    /// <param name="next">Where they will be, by position.</param>
    public Task ReleaseAsync(int shard, ImmutableArray<WorkerPlace>? next = null)
    {
        return Task.WhenAll(ModulesOf(shard).Select(Released));

        Task Released(IModuleGrain module, int position) => Plan[shard, position].Silo == next?[position].Silo
            ? WorkerFailure.UnlessLostAsync(calls.AskAsync(module, m => Done(m.ReleaseAsync())))
            : calls.TellAsync(module, m => m.ReleaseAsync());
    }

    /// <summary>Makes the workers of a shard that was lost.</summary>
    /// <param name="shard">The shard.</param>
    /// <param name="proceed">Asked before each kind of worker; throws where they are not wanted any more.</param>
    public async Task PrepareAsync(int shard, Action proceed)
    {
        proceed();
        WorkerReady[] encoders = await Task.WhenAll(
            EncodersOf(shard).Select((encoder, i) => calls.OrderAsync(encoder, e => e.PrepareAsync(Order(shard, i, [])))));
        proceed();
        WorkerReady fusion = await calls.OrderAsync(Fusion(shard), f => f.PrepareAsync(Order(shard, -1, features)));
        if (encoders.Append(fusion).Any(worker => worker.DataDigest != digests[shard]))
        {
            await ReleaseAsync(shard);
            throw new WorkerException(
                $"Shard {shard} must read the data that the run began with, but there is another version of it now. "
                + "Compare the dataset's files on the hosts.", isLost: true);
        }
    }

    /// <summary>Trains a piece on all shards.</summary>
    public Task<ShardReport[]> TrainAsync(long from, long to) => AllAsync([.. Fusions.Select(fusion => calls.OrderAsync(fusion, f => f.TrainAsync(from, to)))]);

    /// <summary>Predicts a whole split, in as many parts as shards are there.</summary>
    public async Task<SplitPredictions> EvaluateAsync(Split split)
    {
        while (true)
        {
            await SynchronizeAsync();
            int[] present = Present;
            Task<ShardPredictions>[] parts =
                [.. present.Select((d, part) => calls.OrderAsync(Fusion(d), fusion => fusion.EvaluateAsync(split, part, present.Length)))];
            if (Rounds is null || await Rounds.AreThereAsync(present, d => parts[Array.IndexOf(present, d)]))
            {
                return ShardPredictions.Join(await AllAsync(parts), modalities);
            }
        }
    }

    /// <summary>Has every worker write its share of a checkpoint. One that fails ends nothing: training can go on.</summary>
    /// <returns>False where a shard was lost meanwhile that rounds go on without: what was written is not whole.</returns>
    public async Task<bool> SaveAsync(string draftFolder)
    {
        await SynchronizeAsync();
        int[] present = Present;
        Task Saved(int d) => Task.WhenAll(ModulesOf(d).Select(module => calls.OrderAsync(module, m => m.SaveAsync(draftFolder, d == present[0]))));
        if (Rounds is null)
        {
            await Task.WhenAll(present.Select(Saved));
            return true;
        }

        Task server = Rounds.SaveAsync(draftFolder);
        bool whole = await Rounds.AreThereAsync(present, Saved);
        await server;
        return whole;
    }

    /// <summary>Has every worker take its module from a checkpoint.</summary>
    public async Task RestoreAsync(string folder, bool withOptimizer)
    {
        inRounds = false;
        IEnumerable<Task<bool>> Restored(int d) =>
            ModulesOf(d).Select(module => Done(calls.OrderAsync(module, m => m.RestoreAsync(folder, withOptimizer))));
        if (Rounds is null)
        {
            await AllAsync([.. Present.SelectMany(Restored)]);
        }
        else
        {
            await Rounds.AreThereAsync(Present, d => Task.WhenAll(Restored(d)));
        }
    }

    /// <summary>Disposes everything the workers have; those that were lost have nothing.</summary>
    public Task ReleaseAsync() => Plan.Workers.IsEmpty ? Task.CompletedTask : Task.WhenAll(
        [Rounds?.ReleaseAsync() ?? Task.CompletedTask, .. Shards.SelectMany(ModulesOf).Select(module => calls.TellAsync(module, m => m.ReleaseAsync())),
         EndWaitsAsync("The run has ended.")]);

    /// <summary>Ends what a generation left behind that was lost with its conductor.</summary>
    /// <param name="left">Those of its workers whose silos are there.</param>
    /// <param name="balancerSilo">Where its balancer is; null where that silo is lost too.</param>
    public Task AbandonAsync(IReadOnlyCollection<WorkerPlace> left, string? balancerSilo)
    {
        const string Cause = "The silo that conducted the run is gone.";
        IEnumerable<IReducerGrain> reducers = workers.Reducers(left.Select(place => place.Silo).Distinct());
        return Task.WhenAll(
            [AbortBalancerAsync(), .. left.Select(ReleaseAsync), .. reducers.Select(reducer => calls.TellAsync(reducer, r => r.AbortAsync(Cause)))]);

        Task AbortBalancerAsync() => balancerSilo is null
            ? Task.CompletedTask
            : calls.TellAsync(workers.Balancer(balancerSilo), b => b.AbortAsync(Cause));

        async Task ReleaseAsync(WorkerPlace place)
        {
            IModuleGrain module = place.Modality is { } modality
                ? workers.Encoder(place.Shard, modality, place.Silo)
                : workers.Fusion(place.Shard, place.Silo);
            await calls.TellAsync(module, m => m.AbortAsync(Cause));
            await calls.TellAsync(module, m => m.ReleaseAsync());
        }
    }

    private Task SynchronizeAsync() => inRounds ? Rounds!.SynchronizeAsync() : Task.CompletedTask;

    private static async Task<bool> Done(Task task)
    {
        await task;
        return true;
    }

    /// <summary>Ends what workers wait for, with a cause.</summary>
    public Task AbortAsync(string cause) =>
        Task.WhenAll([EndWaitsAsync(cause), .. Shards.SelectMany(ModulesOf).Select(module => calls.TellAsync(module, m => m.AbortAsync(cause)))]);

    private Task EndWaitsAsync(string cause) => Task.WhenAll(
        [calls.TellAsync(Balancer, b => b.AbortAsync(cause)),
         .. workers.Reducers(Plan.ReducerSilos).Select(reducer => calls.TellAsync(reducer, r => r.AbortAsync(cause)))]);

    /// <summary>Waits for all; where one fails, ends what the others wait for, and throws the failure that came first.</summary>
    private async Task<T[]> AllAsync<T>(Task<T>[] tasks)
    {
        await foreach (Task<T> finished in Task.WhenEach(tasks))
        {
            if (!finished.IsCompletedSuccessfully)
            {
                await AbortAsync(finished.Exception?.InnerException?.Message ?? "A worker was cancelled.");
                await Task.WhenAll(tasks).ContinueWith(all => all.Exception, TaskScheduler.Current);
                await finished; // throws
            }
        }

        return [.. tasks.Select(t => t.Result)];
    }

    private IEnumerable<IEncoderGrain> EncodersOf(int shard) => modalities.Select((m, i) => workers.Encoder(shard, m, Plan[shard, i].Silo));

    /// <summary>The workers of a shard: encoders, then the fusion.</summary>
    private IEnumerable<IModuleGrain> ModulesOf(int shard) => [.. EncodersOf(shard), Fusion(shard)];

    private WorkerOrder Order(int shard, int modality, ImmutableArray<long> features) => new()
    {
        Run = run,
        Generation = generation,
        Configuration = ordered,
        Shard = shard,
        Modality = modality,
        Device = Plan[shard, modality < 0 ? modalities.Length : modality].Device,
        Bytes = Plan[shard, modality < 0 ? modalities.Length : modality].Bytes,
        Seconds = Plan[shard, modality < 0 ? modalities.Length : modality].Seconds ?? 0,
        FeatureCounts = features,
        EncoderSilos = modality < 0 ? [.. modalities.Select((_, i) => Plan[shard, i].Silo)] : [],
        BalancerSilo = Plan.BalancerSilo,
        ReducerSilos = Plan.ReducerSilos,
        Life = Plan.Life(shard),
    };

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{run}/g{generation}");
}
