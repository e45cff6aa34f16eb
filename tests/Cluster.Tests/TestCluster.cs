using System.Globalization;
using Actors.Client.Cluster;
using Actors.Client.Configuration;
using Actors.Contracts.Events;
using Actors.Contracts.Runs;
using Actors.Silo.Tests;
using Actors.Tests;

namespace Actors.Cluster.Tests;

/// <summary>Three real silos on loopback addresses of their own and a real Redis, with a folder that goes when they go.</summary>
public sealed class TestCluster : IAsyncLifetime
{
    /// <summary>A run of two shards that takes seconds; each step is told.</summary>
    private const string Configuration = """
        data: {dataset: synthetic, noise: [1, 2], size: 8, classes: 4, samples: 128}
        modalities: {m0: {encoder: convnet, width: 4, features: 8}, m1: {encoder: convnet, width: 4, features: 8}}
        training: {epochs: 12, batch_size: 8, shards: 2, log_every_steps: 1}
        checkpoint: {every_steps: 10, keep: 3}
        placement: {threads_per_device: 1}
        """;

    private readonly bool detectsFast;
    private readonly List<SiloNode> silos = [];
    private RedisServer? redis; // null where there can be none
    private ClusterConnection? connection;

    /// <summary>A cluster whose silos detect failures fast.</summary>
    public TestCluster()
        : this(detectsFast: true)
    {
    }

    /// <param name="detectsFast">False: with the settings that silos have unless told otherwise.</param>
    internal TestCluster(bool detectsFast) => this.detectsFast = detectsFast;

    /// <summary>A folder that every silo sees.</summary>
    public string Root { get; } = Directory.CreateTempSubdirectory("actors-faults-").FullName;

    /// <summary>Where a test puts orders to strike; see FaultPoints.</summary>
    public string Orders => Path.Combine(Root, "orders");

    /// <summary>The configuration's file.</summary>
    public string File => Path.Combine(Root, "run.yaml");

    /// <summary>The run that nothing disturbed, trained by a console alone.</summary>
    public string Undisturbed => Path.Combine(Root, "undisturbed");

    /// <summary>As consoles are told.</summary>
    public string Address => string.Join(',', silos.Select(silo => silo.Gateway));

    internal IReadOnlyList<SiloNode> Silos => silos;

    /// <summary>Skips the test where there can be none.</summary>
    internal RedisServer Redis
    {
        get
        {
            Assert.SkipWhen(redis is null, RedisServer.Obstacle ?? "");
            return redis;
        }
    }

    public async ValueTask InitializeAsync()
    {
        if (RedisServer.Obstacle is not null)
        {
            return; // tests skip
        }

        System.IO.File.WriteAllText(File, Configuration);
        Directory.CreateDirectory(Orders);
        redis = new RedisServer(Path.Combine(Root, "redis"));
        await redis.StartAsync();
        int[] ports = FreePorts.Take(3);
        for (int i = 1; i <= 3; i++)
        {
            silos.Add(NewSilo(string.Create(CultureInfo.InvariantCulture, $"127.0.0.{i}"), ports));
        }

        silos.ForEach(silo => silo.Start());
        await TrainUndisturbedAsync("undisturbed");
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await AssertNothingIsLeftAsync();
        }
        finally
        {
            await (connection?.DisposeAsync() ?? ValueTask.CompletedTask);
            silos.ForEach(silo => silo.Dispose());
            redis?.Dispose();
            Directory.Delete(Root, recursive: true);
        }
    }

    /// <summary>The folder of a run.</summary>
    public string Folder(string run) => Path.Combine(Root, run);

    /// <summary>Starts silos that have ended, and waits until all are active. The first line of each test.</summary>
    /// <param name="more">Silos of the cluster that a test made for itself.</param>
    internal async Task WaitUntilWholeAsync(params SiloNode[] more)
    {
        _ = Redis;
        SiloNode[] all = [.. silos, .. more];
        Array.ForEach(Array.FindAll(all, silo => silo.Process is not { HasExited: false }), silo => silo.Start());
        foreach (SiloNode silo in all)
        {
            await silo.WaitUntilReadyAsync(all.Length);
        }
    }

    /// <summary>
    /// Waits until no silo has more tensors than before its first run, whatever befell the runs.
    /// A silo keeps what it measured a plan with until the run opens it, for half a minute at most.
    /// </summary>
    private async Task AssertNothingIsLeftAsync()
    {
        foreach (SiloNode silo in silos.Where(silo => !silo.Process.HasExited))
        {
            double? left = null;
            await Waiting.ForAsync(
                $"{silo.HttpAddress} to have no tensors of workers",
                async () => (left = await silo.MetricAsync("actors_silo_tensors")) == 0,
                instead: () => $"It has {left}. It said:\n{silo.Process.Said}");
            Assert.DoesNotContain("OnDeactivateAsync", silo.Process.Said, StringComparison.Ordinal); // Orleans tells so of a grain that did not end in peace
        }
    }

    /// <summary>Another silo of this cluster, not started.</summary>
    /// <param name="address">Its loopback address.</param>
    /// <param name="ports">Silo, gateway, HTTP.</param>
    /// <param name="orders">Where it looks for orders to strike; null: as the others.</param>
    internal SiloNode NewSilo(string address, int[] ports, string? orders = null) => new(
        address,
        ports,
        [
            "--cluster", Redis.Address, "--devices", "cpu:0", "--label", $"site=s{address[^1]}", "--data-root", Root,
            .. detectsFast ? ["--fast-failure-detection"] : Array.Empty<string>(),
        ],
        ("ACTORS_FAULTS", orders ?? Orders));

    /// <summary>Asks the cluster's list as a console does; again, where the answer is lost with a silo.</summary>
    internal async Task<T> AskAsync<T>(Func<IRunDirectoryGrain, Task<T>> question)
    {
        ClusterEntrance entrance = ClusterEntrance.Parse(Address, "the test");
        connection ??= await ClusterConnection.OpenAsync(
            entrance, ClusterConnection.DefaultId, "", TextWriter.Null, TimeProvider.System, TestContext.Current.CancellationToken);
        return await connection.AskAsync(asked => question(asked.Directory));
    }

    /// <summary>Starts a run.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="set">What differs from the configuration, as <c>KEY=VALUE</c>.</param>
    internal async Task StartAsync(string name, params string[] set)
    {
        RunConfiguration run = Read(name, set);
        var registration = new RunRegistration { Configuration = run, Folder = Folder(name), Token = name, Document = RunConfigurationWriter.Write(run) };
        RunAnswer answer = await AskAsync(directory => directory.StartAsync(registration));
        Assert.Null(answer.Refusal);
    }

    /// <summary>A run's configuration.</summary>
    internal RunConfiguration Read(string name, string[] set) =>
        ConfigurationReader.Read(new ConfigurationSource { File = File, Environment = new Dictionary<string, string>(), Set = set, Name = name }).Configuration;

    /// <summary>A run as the cluster's list has it.</summary>
    internal async Task<RegisteredRun> RunAsync(string name) =>
        (await AskAsync(async directory => await directory.ListAsync())).Single(run => run.Configuration.Name == name);

    /// <summary>Waits until a run stands as it should; fails where it fails.</summary>
    internal async Task<RegisteredRun> WaitAsync(string name, string what, Func<RegisteredRun, bool> condition, int seconds = 120)
    {
        RegisteredRun run = await RunAsync(name);
        await Waiting.ForAsync(
            $"run '{name}' to be {what}",
            async () =>
            {
                run = await RunAsync(name);
                bool reached = condition(run);
                if (!reached && run.Status == RunStatus.Failed)
                {
                    Assert.Fail($"Run '{name}' failed: {run.FirstCause}\n{Story(name)}");
                }

                return reached;
            },
            seconds,
            () => $"It is {run.Status} at step {run.Step}. {run.FirstCause}\n{Story(name)}");
        return run;
    }

    /// <summary>Waits until a run is completed.</summary>
    internal Task<RegisteredRun> WaitUntilCompletedAsync(string name, int seconds = 120) =>
        WaitAsync(name, "completed", run => run.Status == RunStatus.Completed, seconds);

    /// <summary>A console that is told of this cluster.</summary>
    internal ChildProcess Console(params string[] arguments) => ConsoleAt(Address, arguments);

    /// <summary>A console that is told of an address.</summary>
    internal static ChildProcess ConsoleAt(string address, params string[] arguments) =>
        new(ChildProcess.Built("actors"), [.. arguments, "--cluster", address]);

    /// <summary>Trains the same run on a console's own silo, where nothing disturbs it; returns its folder.</summary>
    internal async Task<string> TrainUndisturbedAsync(string name, params string[] set)
    {
        _ = Redis;
        using var train = new ChildProcess(ChildProcess.Built("actors"),
        [
            "train", File, "--name", name, "--output", Root, "--set", "placement.devices=[cpu:0]", .. set.SelectMany(one => new[] { "--set", one }),
        ]);
        Assert.True(await train.WaitForExitAsync() == 0, train.Said);
        return Folder(name);
    }

    /// <summary>Waits until a run has told of a step, as its folder says.</summary>
    internal Task WaitForStepAsync(string run, long step, int seconds = 90) => Waiting.ForAsync(
        $"run '{run}' to come to step {step}", () => TailOf(run).Any(e => e is StepEvent && e.Step >= step), seconds, () => Story(run));

    /// <summary>The newest events in a run's folder.</summary>
    internal RunEvent[] TailOf(string run)
    {
        string path = Path.Combine(Folder(run), "metrics.jsonl");
        if (!System.IO.File.Exists(path))
        {
            return [];
        }

        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        file.Position = Math.Max(0, file.Length - 100_000);
        using var reader = new StreamReader(file);
        int cut = file.Position > 0 ? 1 : 0; // the first line may be half a one
        return [.. reader.ReadToEnd().Split('\n').Skip(cut).Where(line => line is ['{', .., '}']).Select(RunEventJson.Read)];
    }

    /// <summary>Orders a strike at a point of the protocol.</summary>
    /// <param name="point">The point's name in lower case.</param>
    /// <param name="step">First step at which it is carried out.</param>
    /// <param name="signal">9 kills, 19 stops.</param>
    internal void Order(string point, long step, int signal) => Order(Orders, point, step, signal);

    /// <summary>Orders a strike at a point of the protocol.</summary>
    /// <param name="orders">The folder of orders.</param>
    /// <param name="point">The point's name in lower case.</param>
    /// <param name="step">First step at which it is carried out.</param>
    /// <param name="signal">9 kills, 19 stops.</param>
    internal static void Order(string orders, string point, long step, int signal)
    {
        string draft = Path.Combine(orders, $".{point}");
        System.IO.File.WriteAllText(draft, string.Create(CultureInfo.InvariantCulture, $"{step} {signal}"));
        System.IO.File.Move(draft, Path.Combine(orders, point), overwrite: true);
    }

    /// <summary>Waits until an order is carried out; returns the silo that was struck.</summary>
    /// <param name="point">The point's name in lower case.</param>
    /// <param name="more">Silos of the cluster that a test made for itself.</param>
    internal async Task<SiloNode> WaitUntilStruckAsync(string point, params SiloNode[] more)
    {
        string[] struck = [];
        await Waiting.ForAsync(
            $"a silo to come by '{point}'",
            () => (struck = [.. Directory.GetFiles(Orders)
                .Where(order => Path.GetFileName(order).StartsWith($"{point}.", StringComparison.Ordinal))]).Length > 0);
        System.IO.File.Delete(struck[0]);
        return silos.Concat(more).Single(silo => struck[0].EndsWith($".{silo.Process.Id}", StringComparison.Ordinal));
    }

    /// <summary>What a run told of itself, without the steps.</summary>
    internal string Story(string run) => Invariants.Story(Folder(run));
}
