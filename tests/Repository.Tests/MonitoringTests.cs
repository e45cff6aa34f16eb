using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Actors.Repository.Tests;

public partial class MonitoringTests
{
    public static TheoryData<string> Dashboards => [.. Repository.Files("monitoring/grafana/dashboards", "*.json")];

    public static TheoryData<string, string> PromtoolChecks => new()
    {
        { "check config", "prometheus.yml" },
        { "check rules", "alerts.yml" },
        { "test rules", "alerts_test.yml" },
    };

    [Theory]
    [MemberData(nameof(PromtoolChecks))]
    public Task Promtool_EachCheck_Passes(string check, string file) => RunPromtoolAsync(check, file);

    [Theory]
    [MemberData(nameof(Dashboards))]
    public async Task Dashboard_EachExpression_IsPromQL(string path)
    {
        using JsonDocument dashboard = JsonDocument.Parse(Repository.Read(path));
        object[] rules = [.. Expressions(dashboard)
            .Select((e, n) => new { record = $"panel:{n}", expr = e.Replace("$__rate_interval", "1m", StringComparison.Ordinal) })];
        string file = Path.GetTempFileName();
        try
        {
            string groups = JsonSerializer.Serialize(new { groups = new[] { new { name = "dashboard", rules } } });
            await File.WriteAllTextAsync(file, groups, TestContext.Current.CancellationToken);
            await RunPromtoolAsync("check rules", file); // JSON is YAML too
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [MemberData(nameof(Dashboards))]
    public void Dashboard_Always_IsValidAndUsesItsVariables(string path)
    {
        using JsonDocument dashboard = JsonDocument.Parse(Repository.Read(path));
        JsonElement[] variables = [.. dashboard.RootElement.GetProperty("templating").GetProperty("list").EnumerateArray()];
        Assert.Equal(["run", "modality", "shard"], variables.Select(v => v.GetProperty("name").GetString()));
        string[] expressions = [.. Expressions(dashboard)];
        Assert.NotEmpty(expressions);
        Assert.All(variables, v => Assert.Contains(expressions, e => e.Contains($"=~\"${v.GetProperty("name").GetString()}\"", StringComparison.Ordinal)));

        JsonElement[] panels = [.. dashboard.RootElement.GetProperty("panels").EnumerateArray()];
        Assert.Distinct(panels.Select(p => p.GetProperty("id").GetInt32()));
        Assert.Equal("prometheus", Assert.Single(panels
            .Where(p => p.TryGetProperty("datasource", out _))
            .Select(p => p.GetProperty("datasource").GetProperty("uid").GetString())
            .Distinct()));
        Assert.Contains("uid: prometheus", Repository.Read("monitoring/grafana/provisioning/datasources/prometheus.yml"), StringComparison.Ordinal);
    }

    [Fact]
    public void Dashboards_Both_AreThere() =>
        Assert.Equal(["cluster.json", "run.json"], Repository.Files("monitoring/grafana/dashboards", "*.json").Select(path => Path.GetFileName(path)));

    /// <summary>What is in the document is compared with a real scrape by the tests of Grains.</summary>
    [Fact]
    public void MetricNames_InMonitoring_AreThoseOfTheDocument()
    {
        string[] documented = [.. MetricName().Matches(Repository.Read("docs/metrics.md")).Select(m => m.Value).Distinct()];
        string[] used = [.. Repository.Files("monitoring", "*.*")
            .SelectMany(path => MetricName().Matches(Repository.Read(path))).Select(m => m.Value).Distinct()];
        Assert.NotEmpty(used);
        Assert.Empty(used.Except(documented));
    }

    [Fact]
    public void Alerts_EachOne_IsTested()
    {
        string tests = Repository.Read("monitoring/alerts_test.yml");
        string[] alerts = [.. AlertName().Matches(Repository.Read("monitoring/alerts.yml")).Select(m => m.Groups[1].Value)];
        Assert.NotEmpty(alerts);
        Assert.All(alerts, alert => Assert.Contains($"alertname: {alert}\n", tests, StringComparison.Ordinal));
    }

    private static async Task RunPromtoolAsync(string check, string file)
    {
        RequiredProgram.SkipWithout("promtool", "prometheus");
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo("promtool", [.. check.Split(' '), file])
            {
                WorkingDirectory = Path.Combine(Repository.Root, "monitoring"), RedirectStandardOutput = true, RedirectStandardError = true,
            },
        };
        process.Start();
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        bound.CancelAfter(TimeSpan.FromMinutes(1));
        Task<string> output = process.StandardOutput.ReadToEndAsync(bound.Token), errors = process.StandardError.ReadToEndAsync(bound.Token);
        try
        {
            await process.WaitForExitAsync(bound.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            Assert.Fail($"promtool {check} {file} did not end within a minute.");
        }

        Assert.True(process.ExitCode == 0, $"promtool {check} {file}:\n{await output}{await errors}");
    }

    private static IEnumerable<string> Expressions(JsonDocument dashboard) =>
        from panel in dashboard.RootElement.GetProperty("panels").EnumerateArray()
        where panel.TryGetProperty("targets", out _)
        from target in panel.GetProperty("targets").EnumerateArray()
        select target.GetProperty("expr").GetString()!;

    /// <summary>A metric by its exported name; a histogram's parts have the name of the whole.</summary>
    [GeneratedRegex(@"\bactors_\w+?(?=(?:_bucket|_sum|_count)?\b)")]
    private static partial Regex MetricName();

    [GeneratedRegex(@"- alert: (\w+)")]
    private static partial Regex AlertName();
}
