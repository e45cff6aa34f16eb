using System.Diagnostics;
using Actors.Contracts.Runs;

namespace Actors.Cluster.Tests;

/// <summary>SIGSTOP of whoever comes by a point of the protocol.</summary>
[Collection<StruckCluster>]
public sealed class HangTests(TestCluster cluster)
{
    private const int Stop = 19;

    [Theory]
    [InlineData("encode", 25)]
    [InlineData("exchange", 25)]
    [InlineData("fuse", 25)]
    [InlineData("learn", 25)]
    [InlineData("reduce", 25)]
    [InlineData("write", 15)]
    [InlineData("commit", 15)]
    public async Task Stop_FiveSeconds_NothingIsLost(string point, long step)
    {
        await cluster.WaitUntilWholeAsync();
        string name = $"pause-{point}";
        cluster.Order(point, step, Stop);
        await cluster.StartAsync(name);
        SiloNode struck = await cluster.WaitUntilStruckAsync(point);

        await Task.Delay(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken); // the fault itself
        struck.Process.Signal("CONT");

        RegisteredRun run = await cluster.WaitUntilCompletedAsync(name);
        Assert.Equal(run.TotalSteps, run.Step);
        Invariants.AssertHold(cluster.Undisturbed, cluster.Folder(name));
    }

    [Theory]
    [InlineData("learn", 25)] // a worker
    [InlineData("commit", 15)] // the run grain, about to make a checkpoint one
    [InlineData("encode", 25, Explicit = true)] // the rest by hand (-explicit only): a minute each
    [InlineData("exchange", 25, Explicit = true)]
    [InlineData("fuse", 25, Explicit = true)]
    [InlineData("reduce", 25, Explicit = true)]
    [InlineData("write", 15, Explicit = true)]
    public async Task Stop_SixtySeconds_IsTakenForDeadAndWritesNothingOnAwakening(string point, long step)
    {
        await cluster.WaitUntilWholeAsync();
        string name = $"hang-{point}";
        cluster.Order(point, step, Stop);
        await cluster.StartAsync(name);
        SiloNode struck = await cluster.WaitUntilStruckAsync(point);
        var since = Stopwatch.StartNew();

        await cluster.WaitUntilCompletedAsync(name); // without it, while it hangs

        TimeSpan left = TimeSpan.FromSeconds(60) - since.Elapsed;
        await Task.Delay(left > TimeSpan.Zero ? left : TimeSpan.Zero, TestContext.Current.CancellationToken);
        struck.Process.Signal("CONT");
        Assert.NotEqual(0, await struck.Process.WaitForExitAsync()); // it learns that it was declared dead
        Invariants.AssertHold(cluster.Undisturbed, cluster.Folder(name));
        Assert.Equal(RunStatus.Completed, (await cluster.RunAsync(name)).Status);
    }
}
