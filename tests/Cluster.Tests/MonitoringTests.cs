using System.Text.Json;
using System.Text.RegularExpressions;
using Actors.Tests;

namespace Actors.Cluster.Tests;

/// <summary>A real Prometheus scrapes three silos while a run trains, and answers what the dashboards and the alerts ask.</summary>
public sealed partial class MonitoringTests(TestCluster cluster) : IClassFixture<TestCluster>
{
    private const int MostSeriesOfASilo = 1000; // with one run of two shards
    private const string Count = "count({__name__=~\"actors_.+\"})"; // series of all silos

    // Beside this test, where the build put them.
    private static readonly string Monitoring = Path.Combine(AppContext.BaseDirectory, "repository", "monitoring");

    // Nothing was lost here, there are no rounds, and this machine has no GPU.
    private static readonly string[] Absent =
    [
        "actors_gpu_memory_used_bytes", "actors_gpu_memory_limit_bytes", "actors_gpu_utilization", "actors_run_recovery_duration_seconds",
        "actors_run_shards_away",
    ];

    [Fact]
    public async Task Prometheus_RunTrains_AnswersEveryDashboardAndEvaluatesEveryAlert()
    {
        RequiredProgram.SkipWithout("prometheus", "prometheus");
        await cluster.WaitUntilWholeAsync();
        // Large enough to be fetched in chunks, and by another silo wherever the planner would put the shards.
        await cluster.StartAsync("seen", "training.epochs=100000", "training.evaluate_every_epochs=2", "modalities.m0.width=32", "placement.sites=[s1, s2]");
        using var prometheus = new PrometheusServer(Monitoring, Path.Combine(cluster.Root, "prometheus"), cluster.Silos.Select(silo => silo.HttpAddress));
        await prometheus.WaitUntilReadyAsync();
        await Waiting.ForAsync(
            "Prometheus to have scraped the run, its checkpoint, its evaluation and its traffic several times",
            async () => await IsAtLeastAsync(prometheus, "count_over_time(actors_checkpoint_time_seconds{run=\"seen\"}[1m])", 5)
                && await IsAtLeastAsync(prometheus, "count_over_time(actors_run_evaluation_accuracy{run=\"seen\"}[1m])", 5)
                && await IsAtLeastAsync(prometheus, "count_over_time(actors_link_traffic_bytes_total[10s])", 5)
                && await IsAtLeastAsync(prometheus, "sum(up{job=\"actors\"})", 3));

        string[] expressions = [.. Directory.GetFiles(Path.Combine(Monitoring, "grafana", "dashboards"), "*.json").SelectMany(Expressions).Distinct()];
        Assert.True(expressions.Length > 30, $"Found {expressions.Length} expressions.");
        foreach (string expression in expressions)
        {
            bool isAbsent = Absent.Any(metric => expression.Contains(metric, StringComparison.Ordinal));
            await Waiting.ForAsync( // a scrape that was missed takes a silo's series away until the next
                $"{expression} to have {(isAbsent ? "no series, since that did not happen" : "series")}",
                async () => isAbsent == ((await prometheus.QueryAsync(Filled(expression))).Length == 0));
        }

        string yaml = File.ReadAllText(Path.Combine(Monitoring, "alerts.yml"));
        foreach (string metric in MetricName().Matches(yaml).Select(match => match.Value).Distinct().Except(Absent))
        {
            await Waiting.ForAsync(
                $"a silo to tell {metric}, for which the alerts ask", async () => (await prometheus.QueryAsync($"count({metric})")).Length > 0);
        }

        JsonElement rules = await prometheus.AskAsync("/api/v1/rules");
        JsonElement[] alerts = [.. rules.GetProperty("data").GetProperty("groups").EnumerateArray()
            .SelectMany(group => group.GetProperty("rules").EnumerateArray())];
        Assert.Equal(Regex.Count(yaml, "- alert:"), alerts.Length);
        Assert.All(alerts, alert => Assert.Equal("ok", alert.GetProperty("health").GetString()));
        // A modality of so small a run may well be behind, but not for ten minutes yet.
        Assert.DoesNotContain(alerts, alert => alert.GetProperty("state").GetString() == "firing");
        await AssertBoundedAsync(prometheus);

        using var stop = new ChildProcess(ChildProcess.Built("actors"), ["stop", "seen", "--now", "--cluster", cluster.Address]);
        Assert.True(await stop.WaitForExitAsync() == 0, stop.Said);
    }

    /// <summary>No series for a step or a sample: a run that goes on has as many as before.</summary>
    private static async Task AssertBoundedAsync(PrometheusServer prometheus)
    {
        JsonElement labels = await prometheus.AskAsync("/api/v1/labels?match[]={job=\"actors\"}");
        Assert.Empty(labels.GetProperty("data").EnumerateArray().Select(label => label.GetString()).Intersect(["step", "sample", "id", "epoch"]));
        double before = await ValueAsync(prometheus, $"max_over_time({Count}[10s:1s])"); // a single look may miss a silo that was slow to answer
        Assert.InRange(before, 1, MostSeriesOfASilo * 3);
        double steps = await ValueAsync(prometheus, "sum(actors_run_step{run=\"seen\"})");
        await Waiting.ForAsync(
            "the run to be a hundred steps further on in Prometheus",
            () => IsAtLeastAsync(prometheus, "sum(actors_run_step{run=\"seen\"})", steps + 100));
        double after = 0;
        await Waiting.ForAsync(
            $"{before} series, as many as before",
            async () => await ValueAsync(prometheus, "sum(up{job=\"actors\"})") == 3 && (after = await ValueAsync(prometheus, Count)) == before,
            instead: () => $"There are {after}.");
    }

    private static async Task<bool> IsAtLeastAsync(PrometheusServer prometheus, string expression, double value) =>
        await ValueAsync(prometheus, expression) >= value;

    private static async Task<double> ValueAsync(PrometheusServer prometheus, string expression) =>
        (await prometheus.QueryAsync(expression)) is [var one, ..]
            ? double.Parse(one.GetProperty("value")[1].GetString()!, System.Globalization.CultureInfo.InvariantCulture)
            : 0;

    /// <summary>An expression as Grafana sends it, with everything chosen.</summary>
    private static string Filled(string expression) => expression
        .Replace("$__rate_interval", "10s", StringComparison.Ordinal).Replace("$run", "seen", StringComparison.Ordinal)
        .Replace("$modality", ".*", StringComparison.Ordinal).Replace("$shard", ".*", StringComparison.Ordinal);

    private static IEnumerable<string> Expressions(string file)
    {
        using JsonDocument dashboard = JsonDocument.Parse(File.ReadAllText(file));
        return
        [
            .. from panel in dashboard.RootElement.GetProperty("panels").EnumerateArray()
               where panel.TryGetProperty("targets", out _)
               from target in panel.GetProperty("targets").EnumerateArray()
               select target.GetProperty("expr").GetString(),
        ];
    }

    [GeneratedRegex(@"\bactors_\w+")]
    private static partial Regex MetricName();
}
