using System.Diagnostics.Metrics;
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
    public async Task Scrape_EveryInstrument_IsWhatTheDocumentSays()
    {
        await using WebApplication host = await StartAsync();
        string scraped = await ScrapeSampleAsync(host);
        Dictionary<string, string> types = TypeLine().Matches(scraped).ToDictionary(m => m.Groups["name"].Value, m => m.Groups["type"].Value);
        string[] exported = [.. types.Where(t => t.Key.StartsWith("actors_", StringComparison.Ordinal))
            .Select(t => $"{t.Key} {t.Value} {Labels(scraped, t.Key)}").Order(StringComparer.Ordinal)];
        string[] instruments = Instruments(host);
        Assert.All(instruments, name => Assert.Contains(exported, line => ExportedAs(name).IsMatch(line))); // the sample must use a new one
        Assert.Equal(instruments.Length, exported.Length);
        string document = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "metrics.md"));
        string[] documented = [.. Row().Matches(document)
            .Select(m => $"{m.Groups["name"].Value} {m.Groups["type"].Value} {InOrder(m.Groups["labels"].Value)}")
            .Order(StringComparer.Ordinal)];
        Assert.Equal(exported, documented);
    }

    [Fact]
    public async Task Scrape_ThousandRunsCameAndWent_TellsOfTheNextOnes()
    {
        await using WebApplication host = await StartAsync();
        RunMetrics runs = host.Services.GetRequiredService<ActorsMeter>().Runs;
        for (int round = 0; round < 20; round++)
        {
            string[] names = [.. Enumerable.Range(0, 50).Select(n => $"run{round}-{n}")];
            foreach (string name in names)
            {
                runs.Begin(name, new GenerationFacts(1, 100, 4));
                runs.Observe(name, SampleEvents.Status(TimeProvider.System.GetUtcNow(), RunStatus.Running));
            }

            string scraped = await ScrapeAsync(host);
            Assert.All(names, name => Assert.Single(Regex.Matches(scraped, $"(?m)^actors_run_status{{[^}}]*run=\"{name}\",status=\"running\"}} 1")));
            Assert.Equal(50 * 6, Regex.Count(scraped, "(?m)^actors_run_status{")); // none of those that went, none twice
            Array.ForEach(names, runs.Forget);
        }
    }

    private static async Task<string> ScrapeAsync(WebApplication host)
    {
        using var client = new HttpClient();
        return await client.GetStringAsync($"{host.Urls.First()}/metrics", TestContext.Current.CancellationToken);
    }

    private static async Task<WebApplication> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddGrains();
        builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics
            .AddMeter(ActorsMeter.Name)
            .AddPrometheusExporter(options => options.ScrapeResponseCacheDurationMilliseconds = 0));
        WebApplication host = builder.Build();
        host.MapPrometheusScrapingEndpoint();
        await host.StartAsync(TestContext.Current.CancellationToken);
        return host;
    }

    private static async Task<string> ScrapeSampleAsync(WebApplication host)
    {
        ActorsMeter meter = host.Services.GetRequiredService<ActorsMeter>();
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        meter.Runs.Begin("run", new GenerationFacts(1, 100, 4));
        meter.Runs.Observe("run", SampleEvents.Status(now, RunStatus.Running));
        meter.Runs.Observe("run", SampleEvents.Step(now, 3));
        meter.Runs.Observe("run", SampleEvents.Round(now));
        meter.Runs.Observe("run", SampleEvents.Checkpoint(now));
        meter.Runs.Observe("run", SampleEvents.Evaluation(now, "validation"));
        meter.Runs.Observe("run", SampleEvents.Evaluation(now, "test"));
        meter.Runs.Lost("run", 1);
        meter.Runs.Observe("run", SampleEvents.Status(now, RunStatus.Running));
        meter.Steps.End(StepPhase.Encode, 0, meter.Steps.Begin());
        meter.Steps.Work(0, "encoder").End(StepPhase.Data);
        meter.Steps.Learnt(0, 16);
        meter.Links.End(SiloAddress.New(System.Net.IPAddress.Loopback, 11111, 1), 10, meter.Links.Begin());
        meter.Gpus.Take(new GpuReading(0, 1, 2, 0.5));
        meter.Tensors.Encoded(10);
        meter.Tensors.Damaged();
        return await ScrapeAsync(host);
    }

    /// <summary>Names of all instruments of a host's meter, whether they measured anything or not.</summary>
    private static string[] Instruments(WebApplication host)
    {
        IMeterFactory meters = host.Services.GetRequiredService<IMeterFactory>();
        List<string> names = [];
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument.Meter.Name == ActorsMeter.Name && ReferenceEquals(instrument.Meter.Scope, meters))
            {
                names.Add(instrument.Name);
            }
        };
        listener.Start(); // tells of those that are there
        return [.. names];
    }

    /// <summary>The exporter adds the unit to a name, and to that of a counter that it is one.</summary>
    private static Regex ExportedAs(string instrument) => new($"^{instrument.Replace('.', '_')}(_[a-z]+)* ");

    /// <summary>Labels of a metric's samples, without those the exporter adds to all.</summary>
    private static string Labels(string scraped, string name)
    {
        string sample = Regex.Match(scraped, $@"(?m)^{name}(_bucket)?\{{(?<labels>[^}}]*)\}}").Groups["labels"].Value;
        IEnumerable<string> labels = LabelName().Matches(sample).Select(m => m.Groups[1].Value).Where(l => l is not ("le" or "otel_scope_name"));
        return string.Join(',', labels.Order(StringComparer.Ordinal));
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
