using System.Globalization;
using System.Text.Json;
using Actors.Silo.Tests;
using Actors.Tests;

namespace Actors.Cluster.Tests;

/// <summary>A real Prometheus with the configuration and rules of <c>monitoring/</c>, pointed at a test's silos and in more of a hurry.</summary>
internal sealed class PrometheusServer : IDisposable
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(20) };

    private readonly int port = FreePorts.Take(1)[0];
    private readonly ChildProcess process;

    /// <param name="monitoring">The folder <c>monitoring/</c>.</param>
    /// <param name="folder">Where it keeps its data.</param>
    /// <param name="silos">Where the silos' metrics are.</param>
    public PrometheusServer(string monitoring, string folder, IEnumerable<string> silos)
    {
        string shipped = File.ReadAllText(Path.Combine(monitoring, "prometheus.yml"));
        string configuration = shipped
            .Replace("[\"silo1:8080\", \"silo2:8080\", \"silo3:8080\"]", JsonSerializer.Serialize(silos), StringComparison.Ordinal)
            .Replace("15s", "1s", StringComparison.Ordinal)
            .Replace("- alerts.yml", $"- {Path.Combine(monitoring, "alerts.yml")}", StringComparison.Ordinal);
        Assert.DoesNotContain("silo1:8080", configuration, StringComparison.Ordinal);
        Directory.CreateDirectory(folder);
        string file = Path.Combine(folder, "prometheus.yml");
        File.WriteAllText(file, configuration);
        process = new ChildProcess("prometheus",
        [
            "--config.file", file, "--storage.tsdb.path", Path.Combine(folder, "data"),
            "--web.listen-address", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}"),
        ]);
    }

    /// <summary>Waits until it takes questions.</summary>
    public Task WaitUntilReadyAsync() => Waiting.ForAsync(
        "Prometheus to be ready",
        async () =>
        {
            try
            {
                using HttpResponseMessage answer = await Http.GetAsync(Address("/-/ready"));
                return answer.IsSuccessStatusCode;
            }
            catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException)
            {
                return false; // does not listen yet
            }
        },
        instead: () => process.Said);

    /// <summary>Asks one of its addresses.</summary>
    public async Task<JsonElement> AskAsync(string path) => JsonDocument.Parse(await Http.GetStringAsync(Address(path))).RootElement;

    /// <summary>Answers an expression; fails where it is not understood.</summary>
    public async Task<JsonElement[]> QueryAsync(string expression)
    {
        using HttpResponseMessage answer = await Http.GetAsync(Address($"/api/v1/query?query={Uri.EscapeDataString(expression)}"));
        string text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{expression}: {text}");
        return [.. JsonDocument.Parse(text).RootElement.GetProperty("data").GetProperty("result").EnumerateArray()];
    }

    public void Dispose() => process.Dispose();

    private Uri Address(string path) => new($"http://127.0.0.1:{port}{path}");
}
