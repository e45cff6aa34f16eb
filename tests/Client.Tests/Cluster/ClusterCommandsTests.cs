using System.Runtime.InteropServices;
using System.Text.Json;
using Actors.Client.Commands;
using Actors.Client.Configuration;
using Actors.Client.Tests.Commands;
using Actors.Client.Tests.Configuration;
using Actors.Contracts.Runs;
using Actors.Tests;

namespace Actors.Client.Tests.Cluster;

/// <summary>The console against a real silo with an open gateway.</summary>
public sealed class ClusterCommandsTests(ClusterFixture cluster) : IClassFixture<ClusterFixture>
{
    // Long enough to be stopped on the way, and without the files that make an epoch long.
    private static readonly string[] Slow =
    [
        "--set", "training.epochs=400", "--set", "training.log_every_steps=8", "--set", "training.evaluate_every_epochs=400",
        "--set", "checkpoint.every_epochs=400",
    ];

    private readonly Terminal terminal = new();

    [Fact]
    public async Task Start_NobodyWatches_ToldAtOnceAndRunCompletes()
    {
        Assert.Equal(ExitCode.Ok, await cluster.RunAsync(terminal, "start", cluster.Short, "--name", "alone", "--output", cluster.Root));
        Assert.Equal("alone", terminal.Output.Trim());

        RegisteredRun run = await cluster.WaitAsync("alone", "completed", run => run.Status == RunStatus.Completed);

        Assert.Equal(run.TotalSteps, run.Step);
        Assert.True(File.Exists(Path.Combine(cluster.Root, "alone", "config.yaml")));
        var local = new Terminal();
        Assert.Equal(ExitCode.Ok, await local.RunAsync("show", "alone", "--output", cluster.Root));
        Assert.Contains("completed", local.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_RelativePaths_ReachTheSiloWhichCountsFromItsWorkingFolder()
    {
        string output = Path.GetRelativePath(Environment.CurrentDirectory, cluster.Root);
        Assert.Equal(
            ExitCode.Ok,
            await cluster.RunAsync(terminal, "start", cluster.Short, "--name", "relative", "--output", output, "--set", "data.path=clips"));

        RegisteredRun run = await cluster.WaitAsync("relative", "completed", run => run.Status == RunStatus.Completed);

        Assert.Equal(("clips", Path.Combine(cluster.Root, "relative")), (run.Configuration.Data.Path, run.Folder));
        Assert.True(File.Exists(Path.Combine(cluster.Root, "relative", "config.yaml")));
    }

    [Fact]
    public async Task Start_SameTokenTwice_IsOneRun()
    {
        string[] arguments = ["start", cluster.Short, "--name", "once", "--token", "one-and-only", "--output", cluster.Root, "--format", "json"];
        Assert.Equal(ExitCode.Ok, await cluster.RunAsync(terminal, arguments));
        await cluster.WaitAsync("once", "completed", run => run.Status == RunStatus.Completed);
        var second = new Terminal();

        Assert.Equal(ExitCode.Ok, await cluster.RunAsync(second, [.. arguments, "--set", "seed=5"]));

        Assert.True(terminal.Json.GetProperty("data").GetProperty("begun").GetBoolean());
        JsonElement data = second.Json.GetProperty("data");
        Assert.Equal(
            ("once", "completed", false),
            (data.GetProperty("run").GetString(), data.GetProperty("status").GetString(), data.GetProperty("begun").GetBoolean()));
        Assert.Contains("no second one was started", second.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_ClusterCannotHoldIt_AllFaultsAreToldAndNothingIsStarted()
    {
        string absent = Path.Combine(cluster.Root, "absent"), file = Path.Combine(cluster.Root, "homeless.yaml");
        File.WriteAllText(file, $"data: {{dataset: av-digits, path: {absent}}}\nmodalities: {{audio: {{}}, image: {{}}}}");
        Assert.Equal(ExitCode.BadInput, await cluster.RunAsync(
            terminal, "start", file, "--output", cluster.Root, "--set", "placement={devices: [cpu:0, cuda:9], sites: [there]}"));
        Assert.Contains("2 faults. Nothing was started.", terminal.Error, StringComparison.Ordinal);
        Assert.Contains("no silo offers cuda:9", terminal.Error, StringComparison.Ordinal);
        Assert.Contains("site=there, the site of shard 0. Labels there are: site=here", terminal.Error, StringComparison.Ordinal);

        // Silos that have no part in the run are not asked; with the right site this one is.
        var second = new Terminal();
        Assert.Equal(ExitCode.BadInput, await cluster.RunAsync(
            second, "start", file, "--output", cluster.Root, "--set", "placement={sites: [here], threads_per_device: 3}", "--format", "json"));
        string[] faults = [.. second.Json.GetProperty("data").GetProperty("faults").EnumerateArray().Select(fault => fault.GetString()!)];
        Assert.Contains(faults, fault => fault.Contains("torch threads", StringComparison.Ordinal));
        Assert.Contains(faults, fault => fault.Contains(absent, StringComparison.Ordinal));
        var listed = new Terminal();
        Assert.Equal(ExitCode.Ok, await cluster.RunAsync(listed, "list"));
        Assert.DoesNotContain("homeless", listed.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(cluster.Root, "homeless")));
    }

    [Fact]
    public async Task Start_PlanOnly_SaysWhereEachWorkerWouldBeAndStartsNothing()
    {
        Assert.Equal(ExitCode.Ok, await cluster.RunAsync(
            terminal, "start", cluster.Short, "--name", "planned", "--output", cluster.Root, "--plan", "--token", "t", "--format", "json"));
        JsonElement[] workers = [.. terminal.Json.GetProperty("data").GetProperty("workers").EnumerateArray()];
        Assert.Equal(["m0", "m1", null], workers.Select(worker => worker.GetProperty("modality").GetString()));
        Assert.All(workers, worker => Assert.True(worker.GetProperty("seconds").GetDouble() > 0));
        Assert.Matches(@"(?m)^shard 0 encoder m1 on cpu:0, \d+ MB, [\d.]+ ms a step$", terminal.Error);
        Assert.False(Directory.Exists(Path.Combine(cluster.Root, "planned")));
    }

    [Fact]
    public async Task Start_NameTakenByAnotherToken_IsRefusedWithRemedy()
    {
        await cluster.StartAsync(cluster.Short, "taken");

        Assert.Equal(ExitCode.BadInput, await cluster.RunAsync(terminal, "start", cluster.Short, "--name", "taken", "--output", cluster.Root));
        Assert.Contains("--name", terminal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_FaultyConfiguration_IsToldBeforeTheCluster()
    {
        Assert.Equal(ExitCode.BadInput, await terminal.RunAsync("start", cluster.Short, "--set", "training.epochs=none", "--cluster", "localhost:1"));
        Assert.Contains("training.epochs", terminal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watch_Run_ShowsItToTheEnd()
    {
        await cluster.StartAsync(cluster.Short, "watched");

        Assert.Equal(ExitCode.Ok, await cluster.RunAsync(terminal, "watch", "watch"));

        Assert.Contains("status=completed", terminal.Error, StringComparison.Ordinal);
        Assert.Contains("watched: completed", terminal.Output, StringComparison.Ordinal);
        Assert.Contains("test", terminal.Output, StringComparison.Ordinal);
        string folder = Path.Combine(cluster.Root, "watched");
        Assert.Contains("\"status\": \"completed\"", File.ReadAllText(Path.Combine(folder, "summary.json")), StringComparison.Ordinal);
        Assert.All(["loss-accuracy.png", "balance.png", "reliability.png"], picture => Assert.True(File.Exists(Path.Combine(folder, picture)), picture));
        Assert.DoesNotContain("warning:", terminal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StartFollow_Json_IsOneDocumentWithTheResult()
    {
        Assert.Equal(ExitCode.Ok, await cluster.RunAsync(
            terminal, "start", cluster.Short, "--name", "followed", "--output", cluster.Root, "--follow", "--format", "json"));

        JsonElement data = terminal.Json.GetProperty("data");
        Assert.Equal("completed", data.GetProperty("status").GetString());
        Assert.InRange(data.GetProperty("test").GetProperty("accuracy").GetDouble(), 0, 1);
    }

    [Fact]
    public async Task Watch_CtrlC_DetachesAndTheRunGoesOn()
    {
        await cluster.StartAsync(cluster.Long, "endless");
        var signals = new StopSignals();
        var watching = new Terminal { ListenToSignals = () => signals };
        Task<ExitCode> watch = cluster.RunAsync(watching, "watch", "endless");
        RegisteredRun before = await cluster.WaitAsync("endless", "running", run => run.Step > 0);

        signals.Receive(PosixSignal.SIGINT);

        Assert.Equal(ExitCode.Interrupted, await watch.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken));
        Assert.Contains("goes on in the cluster", watching.Error, StringComparison.Ordinal);
        await cluster.WaitAsync("endless", "further on", run => run.Status == RunStatus.Running && run.Step > before.Step);
        Assert.Equal(ExitCode.Ok, await cluster.RunAsync(terminal, "stop", "endless", "--now", "--no-wait"));
        Assert.Contains("actors watch endless", terminal.Output, StringComparison.Ordinal);
        await cluster.WaitAsync("endless", "stopped", run => run.Status == RunStatus.Stopped);
    }

    [Fact]
    public async Task Watch_RunWaitsForTheCluster_ShowsWhatItWaitsFor()
    {
        RunConfiguration homeless = Configurations.Resolve(File.ReadAllText(cluster.Short), ["placement.sites=[nowhere]"], name: "waits");
        IRunDirectoryGrain list = cluster.Grains.GetGrain<IRunDirectoryGrain>(0);
        await list.StartAsync(new RunRegistration
        {
            Configuration = homeless,
            Folder = Path.Combine(cluster.Root, "waits"),
            Token = "waits",
            Document = RunConfigurationWriter.Write(homeless),
        });
        await Waiting.ForAsync( // what was never begun is not waited for
            "the run that fits nowhere to end", async () => (await list.FindAsync("waits"))!.HasEnded);

        await list.ResumeAsync("waits");
        var writer = new ListeningWriter("Waiting until the cluster can hold the run");
        var watching = new Terminal { ErrorWriter = writer };
        Task<ExitCode> watch = cluster.RunAsync(watching, "watch", "waits");

        await writer.Heard.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.False(watch.IsCompleted);
        Assert.Equal(ExitCode.Ok, await cluster.RunAsync(terminal, "stop", "waits"));
        Assert.Equal(ExitCode.Failed, await watch);
        Assert.Contains("status=stopped", watching.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Resume_StoppedRun_GoesOnFromItsCheckpointToTheEnd()
    {
        Assert.Equal(ExitCode.Ok, await cluster.RunAsync(new Terminal(), ["start", cluster.Short, "--name", "paused", "--output", cluster.Root, .. Slow]));
        await cluster.WaitAsync("paused", "running", run => run.Step > 0);
        Assert.Equal(ExitCode.Ok, await cluster.RunAsync(terminal, "stop", "paused"));
        RegisteredRun stopped = await cluster.RunAsync("paused");
        Assert.Contains($"paused: stopped after step {stopped.Step}", terminal.Output, StringComparison.Ordinal);
        Assert.Equal(RunStatus.Stopped, stopped.Status);
        Assert.NotEqual(stopped.TotalSteps, stopped.Step);
        var resumed = new Terminal();

        Assert.Equal(ExitCode.Ok, await cluster.RunAsync(resumed, "resume", "paused", "--follow"));

        Assert.Contains($"Resuming from step {stopped.Step}", resumed.Error, StringComparison.Ordinal);
        Assert.Contains("paused: completed", resumed.Output, StringComparison.Ordinal);
        var again = new Terminal();
        Assert.Equal(ExitCode.BadInput, await cluster.RunAsync(again, "resume", "paused"));
        Assert.Contains("is completed", again.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stop_CtrlCWhileItWaits_EndsTheWaitingAndTheRunStops()
    {
        Assert.Equal(ExitCode.Ok, await cluster.RunAsync(
            new Terminal(), "start", cluster.Long, "--name", "rounds", "--output", cluster.Root, "--set", "training.log_every_steps=1000000"));
        await cluster.WaitAsync("rounds", "running", run => run.Status == RunStatus.Running);
        var signals = new StopSignals();
        signals.Receive(PosixSignal.SIGINT); // before it waits: handed over as soon as it does
        var stopping = new Terminal { ListenToSignals = () => signals };

        Assert.Equal(ExitCode.Interrupted, await cluster.RunAsync(stopping, "stop", "rounds"));

        Assert.Contains("still stopping", stopping.Output, StringComparison.Ordinal);
        await cluster.WaitAsync("rounds", "stopped", run => run.Status == RunStatus.Stopped);
    }

    [Fact]
    public async Task Resume_FollowWithoutACluster_IsRefused()
    {
        Assert.Equal(ExitCode.BadInput, await terminal.RunAsync("resume", "any", "--follow", "--output", cluster.Root));
        Assert.Contains("--follow", terminal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stop_RunThatEnded_SaysSo()
    {
        await cluster.StartAsync(cluster.Short, "ended");
        await cluster.WaitAsync("ended", "completed", run => run.Status == RunStatus.Completed);

        Assert.Equal(ExitCode.BadInput, await cluster.RunAsync(terminal, "stop", "ended"));
        Assert.Contains("Run 'ended' has ended (completed)", terminal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Forget_RunThatEnded_FreesItsNameAndLeavesItsFolder()
    {
        await cluster.StartAsync(cluster.Long, "forgotten");
        Terminal early = new(), again = new();
        Assert.Equal(ExitCode.BadInput, await cluster.RunAsync(early, "forget", "forgotten"));
        Assert.Contains("under way", early.Error, StringComparison.Ordinal);
        Assert.Contains("actors stop forgotten", early.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Ok, await cluster.RunAsync(new Terminal(), "stop", "forgotten", "--now"));

        Assert.Equal(ExitCode.Ok, await cluster.RunAsync(terminal, "forget", "forgotten", "--format", "json"));

        string folder = Path.Combine(cluster.Root, "forgotten");
        JsonElement data = terminal.Json.GetProperty("data");
        Assert.Equal(("forgotten", folder), (data.GetProperty("run").GetString(), data.GetProperty("folder").GetString()));
        Assert.True(File.Exists(Path.Combine(folder, "config.yaml")));
        Assert.Equal(ExitCode.BadInput, await cluster.RunAsync(new Terminal(), "show", "forgotten"));
        string elsewhere = Path.Combine(cluster.Root, "elsewhere");
        Assert.Equal(
            (ExitCode.Ok, "forgotten"),
            (await cluster.RunAsync(again, "start", cluster.Short, "--name", "forgotten", "--output", elsewhere), again.Output.Trim()));
        RegisteredRun anew = await cluster.WaitAsync("forgotten", "completed", run => run.Status == RunStatus.Completed);
        Assert.Equal(Path.Combine(elsewhere, "forgotten"), anew.Folder);
    }

    [Theory]
    [InlineData("watch")]
    [InlineData("stop")]
    [InlineData("show")]
    [InlineData("resume")]
    [InlineData("forget")]
    public async Task Run_UnknownToTheCluster_NamesTheNearest(string command)
    {
        string name = $"known-{command}";
        await cluster.StartAsync(cluster.Short, name);

        Assert.Equal(ExitCode.BadInput, await cluster.RunAsync(terminal, command, $"knwon-{command}"));
        Assert.Contains($"Did you mean '{name}'?", terminal.Error, StringComparison.Ordinal);
    }
}
