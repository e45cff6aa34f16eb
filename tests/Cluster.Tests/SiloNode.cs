using System.Globalization;
using Actors.Tests;

namespace Actors.Cluster.Tests;

/// <summary>A silo as a process on a loopback address of its own; can be started again on the same ports.</summary>
/// <param name="address">Its address.</param>
/// <param name="ports">Silo, gateway, HTTP.</param>
/// <param name="arguments">What else it is told.</param>
/// <param name="environment">What its environment has besides this process's.</param>
internal sealed class SiloNode(string address, int[] ports, string[] arguments, params (string Name, string Value)[] environment) : IDisposable
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(10) };

    /// <summary>The process; the newest where it was started again, null before the first start.</summary>
    public ChildProcess Process { get; private set; } = null!;

    /// <summary>Where consoles connect.</summary>
    public string Gateway => string.Create(CultureInfo.InvariantCulture, $"{address}:{ports[1]}");

    /// <summary>Where health and metrics are.</summary>
    public string HttpAddress => string.Create(CultureInfo.InvariantCulture, $"{address}:{ports[2]}");

    /// <summary>Starts it; it may not be ready yet.</summary>
    public void Start()
    {
        Process?.Dispose();
        string[] texts = [.. ports.Select(port => port.ToString(CultureInfo.InvariantCulture))];
        Process = new ChildProcess(
            ChildProcess.Built("Actors.Silo"),
            ["--address", address, "--silo-port", texts[0], "--gateway-port", texts[1], "--http-port", texts[2], .. arguments],
            environment);
    }

    /// <summary>Waits until it is active and sees so many active silos.</summary>
    public Task WaitUntilReadyAsync(int silos) => Waiting.ForAsync(
        $"{address} to see {silos} active silos",
        async () =>
        {
            Assert.False(Process.HasExited, $"{address} has ended. It said:\n{Process.Said}");
            return (await GetAsync("/health/ready") ?? "").Contains($"{silos} active silo", StringComparison.Ordinal);
        },
        instead: () => Process.Said);

    /// <summary>What an address of its HTTP port answers; null where nobody does.</summary>
    public async Task<string?> GetAsync(string path)
    {
        try
        {
            using HttpResponseMessage answer = await Http.GetAsync(new Uri($"http://{HttpAddress}{path}"));
            return $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}";
        }
        catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException)
        {
            return null;
        }
    }

    /// <summary>The value of a metric's first series; null where it has none.</summary>
    /// <param name="name">Name of the metric.</param>
    /// <param name="label">A label that the series has, as <c>run="name"</c>.</param>
    public async Task<double?> MetricAsync(string name, string label = "")
    {
        string? line = (await GetAsync("/metrics"))?.Split('\n')
            .FirstOrDefault(text => text.StartsWith($"{name}{{", StringComparison.Ordinal) && text.Contains(label, StringComparison.Ordinal));
        return line is null ? null : double.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture);
    }

    public void Dispose() => Process?.Dispose();
}
