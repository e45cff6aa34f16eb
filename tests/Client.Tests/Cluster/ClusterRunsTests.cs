using System.Text.Json;
using Actors.Client.Tests.Commands;
using Actors.Contracts.Runs;
using Actors.Grains.Runs;

namespace Actors.Client.Tests.Cluster;

/// <summary>What a console is told of a cluster's runs: list, show, compare, evaluate.</summary>
public sealed class ClusterRunsTests(ClusterFixture cluster) : IClassFixture<ClusterFixture>
{
    private readonly Terminal terminal = new();

    [Fact]
    public async Task Show_Run_HasItsEvaluations()
    {
        await cluster.StartAsync(cluster.Short, "shown");
        await cluster.WaitAsync("shown", "completed", run => run.Status == RunStatus.Completed);

        Assert.Equal(ExitCode.Ok, await cluster.RunAsync(terminal, "show", "shown", "--format", "json"));

        JsonElement data = terminal.Json.GetProperty("data");
        Assert.Equal("completed", data.GetProperty("status").GetString());
        Assert.NotEqual(JsonValueKind.Null, data.GetProperty("test").ValueKind);
    }

    [Fact]
    public async Task CompareAndEvaluate_RunsOfTheCluster_GiveWhatTheirFoldersGive()
    {
        Assert.Equal(ExitCode.Ok, await cluster.RunAsync(new Terminal(), "start", cluster.Short, "--name", "versus-both", "--output", cluster.Root));
        foreach (string modality in (string[])["m0", "m1"])
        {
            Assert.Equal(ExitCode.Ok, await cluster.RunAsync(
                new Terminal(), "start", cluster.Short, "--name", $"versus-{modality}", "--output", cluster.Root, "--set", "method.name=unimodal", "--set", $"method.modality={modality}"));
        }

        string[] names = ["versus-both", "versus-m0", "versus-m1"];
        foreach (string name in names)
        {
            await cluster.WaitAsync(name, "completed", run => run.Status == RunStatus.Completed);
        }

        Terminal here = new(), there = new();
        Assert.Equal(ExitCode.Ok, await here.RunAsync(["compare", .. names, "--output", cluster.Root]));
        Assert.Equal((ExitCode.Ok, ""), (await cluster.RunAsync(there, ["compare", .. names]), there.Error));
        Assert.Equal(here.Output, there.Output);
        Assert.Contains("agreement of versus-both", there.Output, StringComparison.Ordinal);

        string predictions = Path.Combine(cluster.Root, "versus-both", "predictions-test.csv");
        string before = File.ReadAllText(predictions);
        File.Delete(predictions);
        Assert.Equal((ExitCode.Ok, ""), (await cluster.RunAsync(terminal, "evaluate", "versus-both", "--format", "json"), terminal.Error));
        Assert.Equal(before, File.ReadAllText(predictions));
        Assert.Equal("test", terminal.Json.GetProperty("data").GetProperty("split").GetString());

        string folder = Path.GetDirectoryName(predictions)!;
        EvaluationFile.Write(folder, EvaluationFile.Read(folder)! with { Accuracy = 0.12345 });
        foreach (string command in (string[])["show", "compare"])
        {
            var after = new Terminal();
            Assert.Equal(ExitCode.Ok, await cluster.RunAsync(after, [command, "versus-both", .. command == "show" ? [] : names[1..]]));
            Assert.Contains("12.35", after.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Evaluate_RunUnderWay_IsRefused()
    {
        await cluster.StartAsync(cluster.Long, "busy");
        await cluster.WaitAsync("busy", "running", run => run.Status == RunStatus.Running);

        Assert.Equal(ExitCode.BadInput, await cluster.RunAsync(terminal, "evaluate", "busy"));

        Assert.Contains("already under way", terminal.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Ok, await cluster.RunAsync(new Terminal(), "stop", "busy", "--now"));
    }

    [Fact]
    public async Task List_RunStartedFirstAndStoppedLast_IsFirst()
    {
        await cluster.StartAsync(cluster.Long, "order-first");
        await cluster.StartAsync(cluster.Short, "order-second");
        await cluster.WaitAsync("order-second", "completed", run => run.Status == RunStatus.Completed);
        Assert.Equal(ExitCode.Ok, await cluster.RunAsync(new Terminal(), "stop", "order-first", "--now"));

        Assert.Equal(ExitCode.Ok, await cluster.RunAsync(terminal, "list", "--sort", "changed", "--format", "json"));

        string?[] names = [.. terminal.Json.GetProperty("data").EnumerateArray().Select(run => run.GetProperty("name").GetString()).Where(name => name!.StartsWith("order-", StringComparison.Ordinal))];
        Assert.Equal(["order-first", "order-second"], names);
    }

    [Fact]
    public async Task List_ClusterFromEnvironment_ShowsItsRuns()
    {
        await cluster.StartAsync(cluster.Short, "listed");
        terminal.Environment["ACTORS_CLUSTER"] = cluster.Address;

        Assert.Equal(ExitCode.Ok, await terminal.RunAsync("list", "--cluster"));
        Assert.Contains("listed", terminal.Output, StringComparison.Ordinal);
        var damaged = new Terminal();
        Assert.Equal(ExitCode.Ok, await cluster.RunAsync(damaged, "list", "--status", "damaged", "--sort", "name"));
        Assert.Contains("No run has that status", damaged.Output, StringComparison.Ordinal);
    }
}
