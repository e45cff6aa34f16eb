using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using Actors.Contracts.Runs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;

namespace Actors.Silo.Tests;

/// <summary>Runs on three silos of their own: one of hospital a, two of hospital b.</summary>
public sealed class PlacementTests : IAsyncLifetime
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(90);
    private static readonly string[] Sites = ["site=hospital-a", "site=hospital-b"];

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("actors-placement-");
    private SiloProcess redis = null!;
    private SiloProcess[] silos = [];
    private IHost client = null!;

    private IGrainFactory Grains => client.Services.GetRequiredService<IGrainFactory>();

    public async ValueTask InitializeAsync()
    {
        int port = FreePorts.Take(1)[0];
        redis = SiloProcess.StartRedis(port, folder.FullName);
        string cluster = string.Create(CultureInfo.InvariantCulture, $"redis://127.0.0.1:{port}");
        silos =
        [
            SiloProcess.Start(cluster, "--label", Sites[0], "--devices", "cpu:0,cpu:1", "--threads-per-device", "1"),
            SiloProcess.Start(cluster, "--label", Sites[1], "--threads-per-device", "1"),
            SiloProcess.Start(cluster, "--label", Sites[1], "--threads-per-device", "1"),
        ];
        foreach (SiloProcess silo in silos)
        {
            await silo.WaitForAnswerAsync("/health/ready", "200 membership: Healthy, 3 active silos");
        }

        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.UseOrleansClient(orleans => orleans
            .UseStaticClustering(new IPEndPoint(IPAddress.Loopback, silos[0].GatewayPort))
            .Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = ("actors", "actors")));
        client = builder.Build();
        await client.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await client.StopAsync();
        client.Dispose();
        Array.ForEach(silos, silo => silo.Dispose());
        redis.Dispose();
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Start_ShardsWithSites_HasEveryGrainWhereThePlanSaysAndNoneOfAShardElsewhere()
    {
        RunConfiguration run = Configuration();
        RunPlacement plan = await Grains.GetGrain<IPlannerGrain>(0).PlanAsync(run, goesOn: false);
        Assert.Empty(plan.Faults);
        Assert.Equal(6, plan.Workers.Length);
        Assert.All(plan.Workers.Where(worker => worker.Shard == 0), worker => Assert.Equal(silos[0].Address, Address(worker)));
        Assert.All(plan.Workers.Where(worker => worker.Shard == 1), worker => Assert.Contains(Address(worker), silos[1..].Select(silo => silo.Address)));
        Assert.All(plan.Workers.Where(worker => worker.Modality is not null).GroupBy(worker => worker.Shard), encoders =>
            Assert.Equal(2, encoders.Select(worker => (worker.Silo, worker.Device)).Distinct().Count())); // hospital b has one device on each of two silos
        Assert.All(plan.Workers, worker => Assert.True(worker is { Seconds: > 0, Bytes: > 0 }, $"{worker} was not measured."));

        RunSnapshot running = await StartAsync(run);
        Assert.Equal(plan.Lines, running.Placement); // what was told before the start is what was done
        DetailedGrainStatistic[] grains = await Grains.GetGrain<IManagementGrain>(0).GetDetailedGrainStatistics(null, null, TestContext.Current.CancellationToken);
        (string Key, string Silo)[] workers =
        [
            .. grains.Select(grain => (Key: grain.GrainId.ToString(), Silo: grain.SiloAddress.ToParsableString())).Where(grain => grain.Key.Contains("/run/g1", StringComparison.Ordinal)),
        ];
        foreach (WorkerPlace place in plan.Workers)
        {
            string part = place.Modality is null ? $"fusion/run/g1/s{place.Shard}@" : $"encoder/run/g1/s{place.Shard}/{place.Modality}@";
            (_, string silo) = Assert.Single(workers, worker => worker.Key.StartsWith(part, StringComparison.Ordinal));
            Assert.Equal(place.Silo, silo);
        }

        // Balancer and reducers have their silo in their key too.
        Assert.All(workers, worker => Assert.EndsWith($"@{worker.Silo}", worker.Key, StringComparison.Ordinal));
        string[] reducing = [.. workers.Where(worker => worker.Key.StartsWith("reducer/", StringComparison.Ordinal)).Select(worker => worker.Silo).Distinct()];
        Assert.True(reducing.Length > 1, $"Reducers are spread, but are all on {string.Join(", ", reducing)}.");
        await Grains.GetGrain<IRunGrain>(run.Name).StopAsync(now: true);
    }

    [Fact]
    public async Task Plan_EverythingIsWrong_TellsAllAtOnce()
    {
        RunConfiguration run = Configuration();
        string absent = Path.Combine(folder.FullName, "absent.csv");
        RunPlacement plan = await Grains.GetGrain<IPlannerGrain>(0).PlanAsync(
            run with
            {
                Data = new DataConfiguration { Dataset = "manifest", Path = absent, Seed = 0, Manifest = new ManifestConfiguration { Audio = ImmutableDictionary<string, AudioConfiguration>.Empty, Image = ImmutableDictionary<string, ImageConfiguration>.Empty } },
                Placement = new PlacementConfiguration { Devices = ["cpu:0", "cuda:7"], ThreadsPerDevice = 3, Sites = [Sites[1], "site=hospital-z"] },
            },
            goesOn: false);
        Assert.Empty(plan.Workers);
        string all = string.Join("\n", plan.Faults);
        Assert.Contains("no silo offers cuda:7; offered are cpu:0, cpu:1", all, StringComparison.Ordinal);
        Assert.Contains("no silo has the label site=hospital-z, the site of shard 1. Labels there are: site=hospital-a, site=hospital-b", all, StringComparison.Ordinal);
        foreach (SiloProcess silo in silos[1..]) // hospital a has no part in this run
        {
            Assert.Contains(plan.Faults, fault => fault.Contains(silo.Address, StringComparison.Ordinal) && fault.Contains("torch threads", StringComparison.Ordinal));
            Assert.Contains(plan.Faults, fault => fault.Contains(silo.Address, StringComparison.Ordinal) && fault.Contains(absent, StringComparison.Ordinal));
        }

        Assert.DoesNotContain(silos[0].Address, all, StringComparison.Ordinal);
    }

    private static string Address(WorkerPlace worker) => worker.Silo.Split('@')[0];

    private async Task<RunSnapshot> StartAsync(RunConfiguration run)
    {
        RunAnswer answer = await Grains.GetGrain<IRunDirectoryGrain>(0).StartAsync(new RunRegistration
        {
            Configuration = run, Folder = Path.Combine(folder.FullName, run.Name), Token = "placement", Document = "name: run",
        });
        Assert.Null(answer.Refusal);
        IRunGrain grain = Grains.GetGrain<IRunGrain>(run.Name);
        RunSnapshot snapshot = await grain.GetAsync();
        for (var since = Stopwatch.StartNew(); snapshot.Step < 5; snapshot = await grain.GetAsync())
        {
            Assert.True(
                since.Elapsed < Bound && snapshot.Status is RunStatus.Pending or RunStatus.Starting or RunStatus.Running,
                $"Waited {Bound} for step 5, but the run is {snapshot.Status} at step {snapshot.Step}. {snapshot.FirstCause}");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        return snapshot;
    }

    private static RunConfiguration Configuration() => new()
    {
        Name = "run",
        Seed = 3,
        Data = new DataConfiguration
        {
            Dataset = "synthetic", Path = "", Seed = 1, Synthetic = new SyntheticConfiguration { Noise = [1, 2], Size = 8, Classes = 4, Samples = 128 },
        },
        Modalities = [.. Enumerable.Range(0, 2).Select(i => new ModalityConfiguration { Name = $"m{i}", Encoder = "convnet", Width = 4, Features = 8 })],
        Fusion = new FusionConfiguration { Name = "late-linear", Hidden = 8, Dropout = 0.1 },
        Method = new MethodConfiguration { Name = "mlb", Modality = null, Alpha = 1, BetaMax = 4, Target = "gradient" },
        Training = new TrainingConfiguration
        {
            Epochs = 100_000,
            BatchSize = 8,
            Shards = 2,
            SynchronizationMode = "gradients",
            SynchronizationEvery = 1,
            EvaluationBatchSize = 64,
            EvaluateEveryEpochs = 1000,
            LogEverySteps = 1,
        },
        Optimizer = new OptimizerConfiguration
        {
            Name = "sgd", LearningRate = 0.05, WeightDecay = 0, Momentum = 0.9, Nesterov = false, Beta1 = 0.9, Beta2 = 0.999, Epsilon = 1e-8,
        },
        Schedule = new ScheduleConfiguration
        {
            Name = "constant", WarmupSteps = 0, EverySteps = 0, Gamma = 0.1, MinimumFactor = 0, HoldSteps = 0, CycleSteps = 4, CycleFactor = 2,
        },
        Checkpoint = new CheckpointConfiguration { EveryEpochs = 1000, EverySteps = null, Keep = 3 },
        Placement = new PlacementConfiguration { Devices = [], ThreadsPerDevice = 1, Sites = [.. Sites] },
    };
}
