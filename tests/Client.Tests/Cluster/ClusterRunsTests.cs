using System.Text.Json;
using Actors.Client.Configuration;
using Actors.Client.Tests.Commands;
using Actors.Client.Tests.Configuration;
using Actors.Contracts.Events;
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
    public async Task ShowAndWatch_RunWhoseGrainIsAtRest_TellWhatTheFolderTellsAndWhereItComputed()
    {
        await cluster.StartAsync(cluster.Short, "rested");
        await cluster.WaitAsync("rested", "completed", run => run.Status == RunStatus.Completed);
        await cluster.PutToRestAsync("rested");
        string file = Path.Combine(cluster.Root, "rested", "metrics.jsonl");
        RunEvent[] told = [.. File.ReadLines(file).Select(RunEventJson.Read)];
        RunEvent end = told[^1];
        var warned = (StatusEvent)end;
        RunEvent warning = warned with { Sequence = end.Sequence + 1, Status = RunStatus.Stopped, Message = "Warning: it stood still" };
        RunEvent again = told[0] with { Sequence = end.Sequence + 2, Time = end.Time.AddDays(3) };
        RunEvent over = end with { Sequence = end.Sequence + 3, Time = end.Time.AddDays(3).AddSeconds(5) };
        File.AppendAllLines(file, new[] { warning, again, over }.Select(RunEventJson.Write));
        Terminal local = new(), shown = new(), text = new(), watched = new();
        Assert.Equal(ExitCode.Ok, await local.RunAsync("show", "rested", "--output", cluster.Root, "--format", "json"));

        Assert.Equal(ExitCode.Ok, await cluster.RunAsync(shown, "show", "rested", "--format", "json"));
        Assert.Equal(ExitCode.Ok, await cluster.RunAsync(watched, "watch", "rested", "--format", "json"));
        Assert.Equal(ExitCode.Ok, await cluster.RunAsync(text, "show", "rested"));

        string[] keys = ["status", "step", "elapsed_seconds", "warnings", "validation", "test", "checkpoint"];
        JsonElement expected = local.Json.GetProperty("data");
        foreach (JsonElement seen in (JsonElement[])[shown.Json.GetProperty("data"), watched.Json.GetProperty("data")])
        {
            Assert.All(keys, key => Assert.Equal($"{expected.GetProperty(key)}", $"{seen.GetProperty(key)}"));
        }

        Assert.InRange(expected.GetProperty("elapsed_seconds").GetDouble(), 5, 1000);
        Assert.Contains("test", text.Output, StringComparison.Ordinal);
        string[] lines = ["placement", "samples", "parameters", "warning: it stood still"];
        Assert.All(lines, line => Assert.Contains($"\n{line}", text.Output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Stop_RunThatNoSiloBegan_SaysWhatToDo()
    {
        RunConfiguration unborn = Configurations.Resolve(File.ReadAllText(cluster.Short), [], name: ClusterFixture.Unborn);
        IRunDirectoryGrain list = cluster.Grains.GetGrain<IRunDirectoryGrain>(0);
        var registration = new RunRegistration
        {
            Configuration = unborn, Folder = Path.Combine(cluster.Root, unborn.Name), Token = "u",
            Document = RunConfigurationWriter.Write(unborn),
        };
        await Assert.ThrowsAsync<TimeoutException>(() => list.StartAsync(registration));

        Assert.Equal(ExitCode.BadInput, await cluster.RunAsync(terminal, "stop", unborn.Name));

        Assert.Contains("is listed as pending, but no silo has it", terminal.Error, StringComparison.Ordinal);
        string cure = $"actors resume {unborn.Name} --cluster {cluster.Address}; or drop it: actors forget {unborn.Name} --cluster";
        Assert.Contains(cure, terminal.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Ok, await cluster.RunAsync(new Terminal(), "forget", unborn.Name));
    }

    [Fact]
    public async Task CompareAndEvaluate_RunsOfTheCluster_GiveWhatTheirFoldersGive()
    {
        Assert.Equal(ExitCode.Ok, await cluster.RunAsync(new Terminal(), "start", cluster.Short, "--name", "versus-both", "--output", cluster.Root));
        foreach (string modality in (string[])["m0", "m1"])
        {
            Assert.Equal(ExitCode.Ok, await cluster.RunAsync(
                new Terminal(), "start", cluster.Short, "--name", $"versus-{modality}", "--output", cluster.Root,
                "--set", "method.name=unimodal", "--set", $"method.modality={modality}"));
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
        string kept = File.ReadAllText(Path.Combine(cluster.Root, "versus-both", "config.yaml"));
        Assert.Equal(ExitCode.Ok, await cluster.RunAsync(new Terminal(), "evaluate", "versus-both", "--set", "placement.devices=[cpu:0]"));
        Assert.Equal(kept, File.ReadAllText(Path.Combine(cluster.Root, "versus-both", "config.yaml")));
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
    public async Task Evaluate_RunWithoutACheckpoint_IsBadInputSayingSo()
    {
        await cluster.StartAsync(cluster.Long, "unsaved");
        await cluster.WaitAsync("unsaved", "running", run => run.Status == RunStatus.Running);
        Assert.Equal(ExitCode.Ok, await cluster.RunAsync(new Terminal(), "stop", "unsaved", "--now"));
        string checkpoints = Path.Combine(cluster.Root, "unsaved", "checkpoints");
        Array.ForEach(Directory.Exists(checkpoints) ? Directory.GetDirectories(checkpoints) : [], folder => Directory.Delete(folder, recursive: true));

        Assert.Equal(ExitCode.BadInput, await cluster.RunAsync(terminal, "evaluate", "unsaved"));

        Assert.Contains("has no whole checkpoint to evaluate", terminal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_RunStartedFirstAndStoppedLast_IsFirst()
    {
        await cluster.StartAsync(cluster.Long, "order-first");
        await cluster.StartAsync(cluster.Short, "order-second");
        await cluster.WaitAsync("order-second", "completed", run => run.Status == RunStatus.Completed);
        Assert.Equal(ExitCode.Ok, await cluster.RunAsync(new Terminal(), "stop", "order-first", "--now"));

        Assert.Equal(ExitCode.Ok, await cluster.RunAsync(terminal, "list", "--sort", "changed", "--format", "json"));

        string?[] names = [.. terminal.Json.GetProperty("data").EnumerateArray()
            .Select(run => run.GetProperty("name").GetString()).Where(name => name!.StartsWith("order-", StringComparison.Ordinal))];
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
