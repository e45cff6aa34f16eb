using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Actors.Silo.Tests;
using Actors.Tests;

namespace Actors.Cluster.Tests;

/// <summary>A real silo sends what it measures and traces to an OTLP collector.</summary>
public sealed class TelemetryTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("actors-otlp-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task Otlp_RunTrains_MetricsAndTracesArrive()
    {
        int[] ports = FreePorts.Take(4);
        using var collector = new HttpListener();
        string endpoint = $"http://127.0.0.1:{ports[3]}";
        collector.Prefixes.Add($"{endpoint}/");
        collector.Start();
        var sent = new ConcurrentDictionary<string, string>();
        Task collecting = CollectAsync(collector, sent);
        using var silo = new SiloNode(
            "127.0.0.1", ports[..3], ["--devices", "cpu:0", "--data-root", folder.FullName],
            ("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            ("OTEL_METRIC_EXPORT_INTERVAL", "500"), ("OTEL_BSP_SCHEDULE_DELAY", "500"));
        silo.Start();
        await silo.WaitUntilReadyAsync(1);
        string file = Path.Combine(folder.FullName, "run.yaml");
        File.WriteAllText(file, """
            data: {dataset: synthetic, noise: [1, 2], size: 8, classes: 4, samples: 128}
            modalities: {m0: {encoder: convnet, width: 4, features: 8}, m1: {encoder: convnet, width: 4, features: 8}}
            training: {epochs: 2, batch_size: 16, log_every_steps: 1}
            placement: {threads_per_device: 1}
            """);
        using var start = new ChildProcess(
            ChildProcess.Built("actors"),
            ["start", file, "--name", "told", "--output", folder.FullName, "--cluster", silo.Gateway, "--follow"]);
        Assert.True(await start.WaitForExitAsync() == 0, start.Said);

        // Names and labels are plain text within protobuf.
        await ArrivedAsync(sent, "/v1/metrics", "actors.run.loss", "actors.worker.phase.duration", "told");
        await ArrivedAsync(sent, "/v1/traces", "generation", "piece", "fuse", "backward", "checkpoint", "told");
        collector.Stop();
        await collecting;
    }

    private static async Task CollectAsync(HttpListener collector, ConcurrentDictionary<string, string> sent)
    {
        try
        {
            while (true)
            {
                HttpListenerContext request = await collector.GetContextAsync();
                using var body = new MemoryStream();
                await request.Request.InputStream.CopyToAsync(body);
                string text = Encoding.Latin1.GetString(body.ToArray());
                sent.AddOrUpdate(request.Request.Url!.AbsolutePath, text, (_, before) => before + text);
                request.Response.Close();
            }
        }
        catch (Exception failure) when (failure is HttpListenerException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    private static Task ArrivedAsync(ConcurrentDictionary<string, string> sent, string path, params string[] words)
    {
        string missing = "";
        return Waiting.ForAsync(
            $"{path} to have {string.Join(", ", words)}",
            () => (missing = string.Join(", ", words.Where(word => !sent.GetValueOrDefault(path, "").Contains(word, StringComparison.Ordinal)))).Length == 0,
            instead: () => $"Missing: {missing}. {sent.GetValueOrDefault(path, "").Length} bytes came.");
    }
}
