using Actors.Contracts.Runs;
using Actors.Tests;

namespace Actors.Cluster.Tests;

/// <summary>What the cluster stands on goes away and comes back; consoles too.</summary>
[Collection<StruckCluster>]
public sealed class OutageTests(TestCluster cluster)
{
    // Never at its end before it is stopped.
    private static readonly string[] Long = ["training.epochs=4000", "training.evaluate_every_epochs=4000"];

    [Fact]
    public async Task Kill_AllProcesses_RunIsTakenUpUnasked()
    {
        await cluster.WaitUntilWholeAsync();
        await cluster.StartAsync("all");
        await cluster.WaitAsync("all", "past its first checkpoint", run => run.Step > 12);

        foreach (SiloNode silo in cluster.Silos)
        {
            silo.Process.Kill();
        }

        cluster.Redis.Kill();
        await cluster.Redis.StartAsync();
        await cluster.WaitUntilWholeAsync();

        await cluster.WaitUntilCompletedAsync("all");
        Invariants.AssertHold(cluster.Undisturbed, cluster.Folder("all"));
    }

    [Fact]
    public async Task Kill_AllProcesses_StoppedRunStaysStopped()
    {
        await cluster.WaitUntilWholeAsync();
        await cluster.StartAsync("rests", Long);
        await cluster.WaitAsync("rests", "under way", run => run.Step > 12);
        using ChildProcess stop = cluster.Console("stop", "rests");
        Assert.True(await stop.WaitForExitAsync() == 0, stop.Said);
        RegisteredRun stopped = await cluster.WaitAsync("rests", "stopped", run => run.Status == RunStatus.Stopped);

        foreach (SiloNode silo in cluster.Silos)
        {
            silo.Process.Kill();
        }

        await cluster.WaitUntilWholeAsync();
        await cluster.StartAsync("after"); // the keepers have looked by the time it is through
        await cluster.WaitUntilCompletedAsync("after");

        RegisteredRun still = await cluster.RunAsync("rests");
        Assert.Equal((RunStatus.Stopped, stopped.Step), (still.Status, still.Step));
    }

    [Fact]
    public async Task Restart_Redis_TrainingGoesOn()
    {
        await cluster.WaitUntilWholeAsync();
        await cluster.StartAsync("redis");
        await cluster.WaitAsync("redis", "under way", run => run.Step > 5);

        cluster.Redis.Kill();
        try
        {
            await cluster.WaitForStepAsync("redis", 30); // while it is away
        }
        finally
        {
            await cluster.Redis.StartAsync();
        }

        await cluster.WaitUntilCompletedAsync("redis");
        Invariants.AssertHold(cluster.Undisturbed, cluster.Folder("redis"));
    }

    [Fact]
    public async Task Start_RedisAway_IsToldAndTheSameTokenStartsItOnceRedisIsBack()
    {
        await cluster.WaitUntilWholeAsync();
        string[] start = ["start", cluster.File, "--name", "early", "--output", cluster.Root, "--token", "early", "--set", "training.epochs=1"];
        cluster.Redis.Kill();
        using (ChildProcess refused = cluster.Console(start))
        {
            Assert.True(await refused.WaitForExitAsync() == 2, refused.Said);
            Assert.Contains("their Redis does not", refused.Said, StringComparison.Ordinal);
        }

        await cluster.Redis.StartAsync();
        using ChildProcess again = cluster.Console(start);
        Assert.True(await again.WaitForExitAsync() == 0, again.Said);
        await cluster.WaitUntilCompletedAsync("early");
    }

    [Fact]
    public async Task Kill_ConsoleAtStartAtWatchAndAtStop_RunIsWhatItWasAskedFor()
    {
        await cluster.WaitUntilWholeAsync();
        string[] start = ["start", cluster.File, "--name", "console", "--output", cluster.Root, "--token", "one"];
        using (ChildProcess killed = cluster.Console(start))
        {
            await Waiting.ForAsync("the run's folder, or the end of the console", () => Directory.Exists(cluster.Folder("console")) || killed.HasExited);
            killed.Kill(); // before it has heard the answer, or just after
        }

        using ChildProcess again = cluster.Console(start);
        Assert.True(await again.WaitForExitAsync() == 0, again.Said);
        using (ChildProcess watch = cluster.Console("watch", "console"))
        {
            await Waiting.ForAsync(
                "the console to show the run, or the run's end", () => watch.Said.Contains("step", StringComparison.Ordinal) || watch.HasExited);
            watch.Kill();
        }

        await cluster.WaitUntilCompletedAsync("console");
        Invariants.AssertHold(cluster.Undisturbed, cluster.Folder("console"));

        await cluster.StartAsync("halted", Long);
        await cluster.WaitAsync("halted", "under way", run => run.Step > 5);
        using (ChildProcess stop = cluster.Console("stop", "halted"))
        {
            await cluster.WaitAsync("halted", "stopped, or the console gone", run => run.HasEnded || stop.HasExited);
            stop.Kill();
        }

        await cluster.WaitAsync("halted", "stopped", run => run.Status == RunStatus.Stopped);
    }
}
