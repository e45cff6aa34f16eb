using System.Text.RegularExpressions;
using Actors.Contracts.Runs;
using Actors.Grains.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Metrics;

namespace Actors.Grains.Tests.Diagnostics;

/// <summary>What Prometheus sees, by really scraping: the exporter renames instruments.</summary>
public sealed partial class ExportedMetricsTests
{
    [Fact]
    public async Task Scrape_EveryInstrumentUsed_IsWhatTheDocumentSays()
    {
        string scraped = await ScrapeAsync();
        Dictionary<string, string> types = TypeLine().Matches(scraped).ToDictionary(m => m.Groups["name"].Value, m => m.Groups["type"].Value);
        string[] exported = [.. types.Where(t => t.Key.StartsWith("actors_", StringComparison.Ordinal))
            .Select(t => $"{t.Key} {t.Value} {Labels(scraped, t.Key)}").Order(StringComparer.Ordinal)];
        string document = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "metrics.md"));
        string[] documented = [.. Row().Matches(document)
            .Select(m => $"{m.Groups["name"].Value} {m.Groups["type"].Value} {InOrder(m.Groups["labels"].Value)}")
            .Order(StringComparer.Ordinal)];
        Assert.Equal(exported, documented);
    }

    private static async Task<string> ScrapeAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddGrains();
        builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics.AddMeter(ActorsMeter.Name).AddPrometheusExporter());
        await using WebApplication host = builder.Build();
        host.MapPrometheusScrapingEndpoint();
        await host.StartAsync(TestContext.Current.CancellationToken);

        ActorsMeter meter = host.Services.GetRequiredService<ActorsMeter>();
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        meter.Runs.Begin("run", new RunPlan(1, 16, 100, 4));
        meter.Runs.Observe("run", SampleEvents.Status(now, RunStatus.Running));
        meter.Runs.Observe("run", SampleEvents.Step(now, 3));
        meter.Runs.Observe("run", SampleEvents.Checkpoint(now));
        meter.Runs.Observe("run", SampleEvents.Evaluation(now, "validation"));
        meter.Runs.Observe("run", SampleEvents.Evaluation(now, "test"));
        meter.Steps.End(StepPhase.Encode, 0, meter.Steps.Begin());
        meter.Tensors.Encoded(10);
        using var client = new HttpClient();
        return await client.GetStringAsync($"{host.Urls.First()}/metrics", TestContext.Current.CancellationToken);
    }

    /// <summary>Labels of a metric's samples, without those the exporter adds to all.</summary>
    private static string Labels(string scraped, string name)
    {
        string sample = Regex.Match(scraped, $@"(?m)^{name}(_bucket)?\{{(?<labels>[^}}]*)\}}").Groups["labels"].Value;
        return string.Join(',', LabelName().Matches(sample).Select(m => m.Groups[1].Value).Where(l => l is not ("le" or "otel_scope_name")).Order(StringComparer.Ordinal));
    }

    private static string InOrder(string labels) =>
        labels == "none" ? "" : string.Join(',', labels.Split(',', StringSplitOptions.TrimEntries).Order(StringComparer.Ordinal));

    [GeneratedRegex(@"(?m)^# TYPE (?<name>\S+) (?<type>\S+)")]
    private static partial Regex TypeLine();

    [GeneratedRegex(@"(?m)^\| `(?<name>actors_\w+)` \| (?<type>\w+) \| [^|]* \| (?<labels>[^|]*?) \|")]
    private static partial Regex Row();

    [GeneratedRegex("(\\w+)=\"")]
    private static partial Regex LabelName();
}
