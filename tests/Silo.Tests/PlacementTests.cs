using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Actors.Contracts.Events;
using Actors.Contracts.Runs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Runtime.Placement;

namespace Actors.Silo.Tests;

/// <summary>Runs on three silos of their own: one of hospital a, two of hospital b.</summary>
public sealed class PlacementTests : IAsyncLifetime
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(90);
    private static readonly string[] Sites = ["site=hospital-a", "site=hospital-b"];

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("actors-placement-");
    private string cluster = "";
    private SiloProcess redis = null!;
    private SiloProcess[] silos = [];
    private IHost client = null!;

    private IGrainFactory Grains => client.Services.GetRequiredService<IGrainFactory>();

    public async ValueTask InitializeAsync()
    {
        int port = FreePorts.Take(1)[0];
        redis = SiloProcess.StartRedis(port, folder.FullName);
        cluster = string.Create(CultureInfo.InvariantCulture, $"redis://127.0.0.1:{port}");
        silos =
        [
            Start(Sites[0], "--devices", "cpu:0,cpu:1", "--data-root", SiteSounds.Write(folder.FullName, site: 0)),
            Start(Sites[1], "--data-root", SiteSounds.Write(folder.FullName, site: 1)),
            Start(Sites[1], "--data-root", SiteSounds.Write(folder.FullName, site: 1)),
        ];
        foreach (SiloProcess silo in silos)
        {
            await silo.WaitForAnswerAsync("/health/ready", "200 membership: Healthy, 3 active silos");
        }

        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.UseOrleansClient(orleans => orleans
            .UseStaticClustering(new IPEndPoint(IPAddress.Loopback, silos[1].GatewayPort))
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
        RunConfiguration run = SyntheticRun.OfSites(Sites);
        RunPlan plan = await Grains.GetGrain<IPlannerGrain>(0).PlanAsync(run, goesOn: false);
        Assert.Empty(plan.Faults);
        Assert.Equal(6, plan.Workers.Length);
        Assert.All(plan.Workers.Where(worker => worker.Shard == 0), worker => Assert.Equal(silos[0].Address, Address(worker)));
        Assert.All(plan.Workers.Where(worker => worker.Shard == 1), worker => Assert.Contains(Address(worker), silos[1..].Select(silo => silo.Address)));
        Assert.All(plan.Workers.Where(worker => worker.Modality is not null).GroupBy(worker => worker.Shard), encoders =>
            Assert.Equal(2, encoders.Select(worker => (worker.Silo, worker.Device)).Distinct().Count())); // hospital b has one device on each of two silos
        Assert.All(plan.Workers, worker => Assert.True(worker is { Seconds: > 0, Bytes: > 0 }, $"{worker} was not measured."));

        RunSnapshot running = await StartAsync(run);
        Assert.Equal(plan.Lines, running.Placement); // what was told before the start is what was done
        (string Key, string Silo)[] workers = await WorkersAsync(run);
        foreach (WorkerPlace place in plan.Workers)
        {
            string part = place.Modality is null ? $"fusion/run/g1/s{place.Shard}@" : $"encoder/run/g1/s{place.Shard}/{place.Modality}@";
            (_, string silo) = Assert.Single(workers, worker => worker.Key.StartsWith(part, StringComparison.Ordinal));
            Assert.Equal(place.Silo, silo);
        }

        string[] versions = await File.ReadAllLinesAsync(Path.Combine(folder.FullName, run.Name, "versions.jsonl"), TestContext.Current.CancellationToken);
        Assert.Equal( // a line for each silo that trains it
            plan.Workers.Select(worker => worker.Silo).Distinct().Order(StringComparer.Ordinal),
            versions.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("silo").GetString()!).Order(StringComparer.Ordinal));

        // Balancer and reducers have their silo in their key too.
        Assert.All(workers, worker => Assert.EndsWith($"@{worker.Silo}", worker.Key, StringComparison.Ordinal));
        string[] reducing = [.. workers.Where(worker => worker.Key.StartsWith("reducer/", StringComparison.Ordinal)).Select(worker => worker.Silo).Distinct()];
        Assert.True(reducing.Length > 1, $"Reducers are spread, but are all on {string.Join(", ", reducing)}.");
        await Grains.GetGrain<IRunGrain>(run.Name).StopAsync(now: true);
    }

    [Fact]
    public async Task Run_SiteLosesItsSilo_WaitsVisiblyAndGoesOnOnThatSiteAlone()
    {
        RunConfiguration run = SyntheticRun.OfSites(Sites);
        run = run with { Checkpoint = run.Checkpoint with { EverySteps = 5 } };
        await KeepOnAsync(silos[1], run.Name); // not lost with its workers
        await StartAsync(run, untilStep: 20); // some checkpoints
        silos[0].Signal("KILL");
        await WaitForEventAsync(
            run, "Waiting until the cluster can hold the run: placement.sites: no silo has the label site=hospital-a, the site of shard 0.");

        using SiloProcess other = Start(Sites[0], "--devices", "cpu:0,cpu:1");
        await other.WaitForAnswerAsync("/health/ready", "200");
        StatusEvent training = await WaitForEventAsync(run, "Training from step ", after: "Waiting until");
        Assert.NotEqual("Training from step 0", training.Message[..20]); // from a checkpoint
        RunSnapshot running = await Grains.GetGrain<IRunGrain>(run.Name).GetAsync();
        Assert.All(
            running.Placement.Where(line => line.StartsWith("shard 0 ", StringComparison.Ordinal)),
            line => Assert.Contains($" of {other.Address},", line, StringComparison.Ordinal));
        Assert.All(
            running.Placement.Where(line => line.StartsWith("shard 1 ", StringComparison.Ordinal)),
            line => Assert.DoesNotContain($" of {other.Address},", line, StringComparison.Ordinal));
        (string Key, string Silo)[] workers = await WorkersAsync(run);
        Assert.All(workers, worker => Assert.EndsWith($"@{worker.Silo}", worker.Key, StringComparison.Ordinal));
        Assert.All(
            workers.Where(worker => worker.Key.Contains("/s0", StringComparison.Ordinal)),
            worker => Assert.StartsWith($"{other.Address}@", worker.Silo, StringComparison.Ordinal));
        Assert.Contains(workers, worker => worker.Key.Contains("/s0", StringComparison.Ordinal));
        await Grains.GetGrain<IRunGrain>(run.Name).StopAsync(now: true);
    }

    [Fact]
    public async Task Run_EachSiteHasItsOwnFilesAlone_CompletesAndOneThatLacksSomeIsToldBefore()
    {
        RunConfiguration run = SyntheticRun.OfSites(Sites);
        run = run with
        {
            Name = "apart",
            Data = SiteSounds.Data,
            Modalities = [.. run.Modalities.Zip(SiteSounds.Modalities, (modality, name) => modality with { Name = name })],
            Training = run.Training with { Epochs = 1, BatchSize = 4, EvaluateEveryEpochs = 1 },
        };
        RunPlan plan = await Grains.GetGrain<IPlannerGrain>(0).PlanAsync(run, goesOn: false);
        Assert.Empty(plan.Faults);
        // Beside each data root.
        RunAnswer answer = await Grains.GetGrain<IRunDirectoryGrain>(0).StartAsync(Registration(run) with { Folder = Path.Combine("..", run.Name) });
        Assert.Null(answer.Refusal);
        Assert.Equal(Path.Combine(folder.FullName, run.Name), answer.Run!.Folder);
        StatusEvent last = await WaitForEventAsync(run, "Completed.");
        Assert.Equal(RunStatus.Completed, last.Status);
        string[] predicted = File.ReadAllLines(Path.Combine(answer.Run.Folder, "predictions-test.csv"));
        Assert.Equal(SiteSounds.TestCount + 1, predicted.Length); // each sample by the site that has it

        string taken = SiteSounds.Forget(folder.FullName, site: 0);
        // Another seed: nobody has it open.
        plan = await Grains.GetGrain<IPlannerGrain>(0).PlanAsync(run with { Data = run.Data with { Seed = 2 } }, goesOn: false);
        Assert.Contains(
            plan.Faults,
            fault => fault.StartsWith($"Silo {silos[0].Address}: ", StringComparison.Ordinal) && fault.Contains(taken, StringComparison.Ordinal));
        Assert.Single(plan.Faults);
    }

    [Fact]
    public async Task Plan_EverythingIsWrong_TellsAllAtOnce()
    {
        RunConfiguration run = SyntheticRun.OfSites(Sites);
        string absent = Path.Combine(folder.FullName, "absent.csv");
        RunPlan plan = await Grains.GetGrain<IPlannerGrain>(0).PlanAsync(
            run with
            {
                Data = new DataConfiguration
                {
                    Dataset = "manifest",
                    Path = absent,
                    Seed = 0,
                    Manifest = new ManifestConfiguration
                    {
                        Audio = ImmutableDictionary<string, AudioConfiguration>.Empty,
                        Image = ImmutableDictionary<string, ImageConfiguration>.Empty,
                    },
                },
                Placement = new PlacementConfiguration { Devices = ["cpu:0", "cuda:7"], ThreadsPerDevice = 3, Sites = [Sites[1], "site=hospital-z"] },
            },
            goesOn: false);
        Assert.Empty(plan.Workers);
        string all = string.Join("\n", plan.Faults);
        Assert.Contains("no silo offers cuda:7; offered are cpu:0, cpu:1", all, StringComparison.Ordinal);
        Assert.Contains(
            "no silo has the label site=hospital-z, the site of shard 1. Labels there are: site=hospital-a, site=hospital-b", all, StringComparison.Ordinal);
        foreach (SiloProcess silo in silos[1..]) // hospital a has no part in this run
        {
            Assert.Contains(
                plan.Faults,
                fault => fault.Contains(silo.Address, StringComparison.Ordinal) && fault.Contains("torch threads", StringComparison.Ordinal));
            Assert.Contains(plan.Faults, fault => fault.Contains(silo.Address, StringComparison.Ordinal) && fault.Contains(absent, StringComparison.Ordinal));
        }

        Assert.DoesNotContain(silos[0].Address, all, StringComparison.Ordinal);
    }

    private RunRegistration Registration(RunConfiguration run) => new()
    {
        Configuration = run, Folder = Path.Combine(folder.FullName, run.Name), Token = "placement", Document = "name: run",
    };

    private static string Address(WorkerPlace worker) => worker.Silo.Split('@')[0];

    private SiloProcess Start(string label, params string[] more) =>
        SiloProcess.Start(cluster, ["--label", label, "--threads-per-device", "1", .. more]);

    /// <summary>The grains of a run's generations, and where they are.</summary>
    private async Task<(string Key, string Silo)[]> WorkersAsync(RunConfiguration run)
    {
        DetailedGrainStatistic[] grains = await Grains.GetGrain<IManagementGrain>(0)
            .GetDetailedGrainStatistics(null, null, TestContext.Current.CancellationToken);
        string part = $"/{run.Name}/g";
        return [.. grains
            .Select(grain => (Key: grain.GrainId.ToString(), Silo: grain.SiloAddress.ToParsableString()))
            .Where(grain => grain.Key.Contains(part, StringComparison.Ordinal))];
    }

    /// <summary>Has the grains that conduct a run come to life on a silo.</summary>
    private async Task KeepOnAsync(SiloProcess silo, string run)
    {
        Dictionary<SiloAddress, SiloStatus> hosts = await Grains.GetGrain<IManagementGrain>(0).GetHosts(true, TestContext.Current.CancellationToken);
        RequestContext.Set(IPlacementDirector.PlacementHintKey, hosts.Keys.Single(host => $"{host.Endpoint}" == silo.Address));
        await Grains.GetGrain<IRunDirectoryGrain>(0).ListAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(Grains.GetGrain<IRunGrain>(run).GetAsync); // not started, but alive
        RequestContext.Clear();
    }

    private async Task<StatusEvent> WaitForEventAsync(RunConfiguration run, string beginning, string after = "")
    {
        var told = new List<string>();
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        bound.CancelAfter(Bound);
        while (!bound.IsCancellationRequested)
        {
            try
            {
                await foreach (RunEvent runEvent in Grains.GetGrain<IRunGrain>(run.Name).WatchAsync(null, bound.Token))
                {
                    told.AddRange(runEvent is StatusEvent { Message: var message } ? [message] : []);
                    if (runEvent is StatusEvent status
                        && status.Message.StartsWith(beginning, StringComparison.Ordinal)
                        && told.Exists(one => one.StartsWith(after, StringComparison.Ordinal)))
                    {
                        return status;
                    }
                }

                break;
            }
            catch (OperationCanceledException)
            {
                // Told below.
            }
            catch (Exception lost) when (lost is EnumerationAbortedException or OrleansException)
            {
                told.Add(lost.Message); // the run's grain goes too where its entry in the directory of grains was the dead silo's
            }
            catch (InvalidOperationException)
            {
                await Grains.GetGrain<IRunDirectoryGrain>(0).ResumeAsync(run.Name);
            }
        }

        Assert.Fail($"Waited {Bound} for the run to say '{beginning}', but it said:\n{string.Join("\n", told)}");
        return null!;
    }

    private async Task<RunSnapshot> StartAsync(RunConfiguration run, long untilStep = 5)
    {
        RunAnswer answer = await Grains.GetGrain<IRunDirectoryGrain>(0).StartAsync(Registration(run));
        Assert.Null(answer.Refusal);
        IRunGrain grain = Grains.GetGrain<IRunGrain>(run.Name);
        RunSnapshot snapshot = await grain.GetAsync();
        for (var since = Stopwatch.StartNew(); snapshot.Step < untilStep; snapshot = await grain.GetAsync())
        {
            Assert.True(
                since.Elapsed < Bound && snapshot.Status is RunStatus.Pending or RunStatus.Starting or RunStatus.Running,
                $"Waited {Bound} for step {untilStep}, but the run is {snapshot.Status} at step {snapshot.Step}. {snapshot.FirstCause}");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        return snapshot;
    }
}
