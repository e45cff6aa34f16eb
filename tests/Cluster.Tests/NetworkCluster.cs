using System.Text.Json;
using Actors.Tests;

namespace Actors.Cluster.Tests;

/// <summary>
/// Three silos, each on a host of its own, Redis and consoles at the hub; see <see cref="NetworkNamespaces"/>. Runs are started and watched by consoles alone.
/// </summary>
/// <remarks>Nothing is made where namespaces are not to be had; tests then skip.</remarks>
public sealed class NetworkCluster : IAsyncLifetime
{
    private const int Silos = 3;
    private const string RedisPort = "6379"; // whole networks of their own have every port free
    private const string HttpPort = "8080"; // a silo's default

    private const string Configuration = """
        data: {dataset: synthetic, noise: [1, 2], size: 8, classes: 4, samples: 128}
        modalities: {m0: {encoder: convnet, width: 4, features: 8}, m1: {encoder: convnet, width: 4, features: 8}}
        training: {epochs: 45, batch_size: 8, shards: 3, log_every_steps: 1}
        checkpoint: {every_steps: 20, keep: 3}
        placement: {threads_per_device: 1}
        """;

    private static readonly string Cluster = $"redis://{NetworkNamespaces.Address(0)}:{RedisPort}";

    private readonly ChildProcess?[] silos = new ChildProcess?[Silos + 1]; // by host
    private readonly string root = Directory.CreateTempSubdirectory("actors-network-").FullName;
    private ChildProcess? redis;

    internal NetworkNamespaces Network { get; private set; } = null!;

    /// <summary>Why there cannot be one here; null where there can.</summary>
    public static string? Obstacle { get; } = NetworkNamespaces.Obstacle ?? RedisServer.Obstacle;

    /// <summary>The run that nothing disturbed, trained by a console alone.</summary>
    public string Undisturbed => Path.Combine(root, "undisturbed");

    public async ValueTask InitializeAsync()
    {
        if (Obstacle is not null)
        {
            return;
        }

        File.WriteAllText(Path.Combine(root, "run.yaml"), Configuration);
        Network = new NetworkNamespaces(Silos);
        redis = Network.Start(
            0,
            "redis-server",
            ["--port", RedisPort, "--bind", NetworkNamespaces.Address(0), "--protected-mode", "no", "--dir", root, "--save", ""]);
        using ChildProcess train = Network.Start(
            0,
            ChildProcess.Built("actors"),
            ["train", Path.Combine(root, "run.yaml"), "--name", "undisturbed", "--output", root, "--set", "placement.devices=[cpu:0]"]);
        Assert.True(await train.WaitForExitAsync() == 0, train.Said);
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await AssertNothingIsLeftAsync();
        }
        finally
        {
            Array.ForEach(silos, silo => silo?.Dispose());
            redis?.Dispose();
            Network?.Dispose();
            Directory.Delete(root, recursive: true);
        }
    }

    /// <summary>The folder of a run.</summary>
    public string Folder(string run) => Path.Combine(root, run);

    /// <summary>Starts silos that have ended, and waits until a console sees all as active.</summary>
    internal async Task WaitUntilWholeAsync()
    {
        for (int host = 1; host <= Silos; host++)
        {
            if (silos[host] is null or { HasExited: true })
            {
                silos[host]?.Dispose();
                silos[host] = Network.Start(
                    host,
                    ChildProcess.Built("Actors.Silo"),
                    [
                        "--cluster", Cluster, "--address", NetworkNamespaces.Address(host), "--devices", "cpu:0", "--data-root", root,
                        "--fast-failure-detection",
                    ]);
            }
        }

        string seen = "";
        await Waiting.ForAsync(
            $"a console to see {Silos} active silos",
            async () =>
            {
                Assert.All(Enumerable.Range(1, Silos), host => Assert.False(silos[host]!.HasExited, silos[host]!.Said));
                using ChildProcess nodes = Console("nodes");
                await nodes.WaitForExitAsync();
                seen = nodes.Said;
                return Active(seen) == Silos;
            },
            instead: () => seen);
    }

    /// <summary>Starts a run and a console that watches it to its end.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="set">What differs from the configuration, as <c>KEY=VALUE</c>.</param>
    internal async Task<ChildProcess> StartAsync(string name, params string[] set)
    {
        using ChildProcess start = Console(
            "start", [Path.Combine(root, "run.yaml"), "--name", name, "--output", root, .. set.SelectMany(one => new[] { "--set", one })]);
        Assert.True(await start.WaitForExitAsync() == 0, start.Said);
        return Watch(name);
    }

    /// <summary>A console that watches a run to its end.</summary>
    internal ChildProcess Watch(string name) => Console("watch", name);

    /// <summary>A console that stops a run.</summary>
    internal ChildProcess Stop(string name) => Console("stop", name);

    /// <summary>Waits until a silo has ended by itself.</summary>
    internal Task<int> WaitForExitAsync(int host) => silos[host]!.WaitForExitAsync();

    /// <summary>What a host's silo said.</summary>
    internal string Said(int host) => silos[host]!.Said;

    /// <summary>True while a host's silo has not ended.</summary>
    internal bool IsRunning(int host) => silos[host] is { HasExited: false };

    /// <summary>Waits until no silo has a tensor of a worker, whatever befell the runs.</summary>
    private async Task AssertNothingIsLeftAsync()
    {
        foreach (int host in Enumerable.Range(1, Silos).Where(IsRunning))
        {
            string metrics = "";
            await Waiting.ForAsync(
                $"the silo of host {host} to have no tensors of workers",
                async () => (metrics = await MetricsAsync(host)).Split('\n')
                    .Any(line => line.StartsWith("actors_silo_tensors{", StringComparison.Ordinal) && line.Split(' ')[1] == "0"),
                instead: () => $"Its metrics:\n{metrics}\nIt said:\n{Said(host)}");
            Assert.DoesNotContain("OnDeactivateAsync", Said(host), StringComparison.Ordinal); // Orleans tells so of a grain that did not end in peace
        }
    }

    /// <summary>What a host's silo exports, asked for from the hub: this process is in another network. Empty where it does not answer.</summary>
    private async Task<string> MetricsAsync(int host)
    {
        using ChildProcess ask = Network.Start(
            0, "bash", ["-c", $"exec 3<>/dev/tcp/{NetworkNamespaces.Address(host)}/{HttpPort} && printf 'GET /metrics HTTP/1.0\\r\\n\\r\\n' >&3 && cat <&3"]);
        await ask.WaitForExitAsync();
        return ask.Said;
    }

    private static int Active(string nodes)
    {
        int json = nodes.IndexOf('{', StringComparison.Ordinal);
        try
        {
            using JsonDocument document = JsonDocument.Parse(nodes[Math.Max(json, 0)..]);
            return document.RootElement.GetProperty("data").EnumerateArray().Count(silo => silo.GetProperty("status").GetString() == "active");
        }
        catch (Exception failure) when (failure is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return 0; // no answer yet
        }
    }

    private ChildProcess Console(string command, params string[] arguments) =>
        Network.Start(
            0,
            ChildProcess.Built("actors"),
            [command, .. arguments, "--cluster", Cluster, .. command == "nodes" ? new[] { "--format", "json" } : []]);
}
