using System.Diagnostics;
using Actors.Contracts.Runs;
using Actors.Silo.Tests;

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
    [InlineData("committed", 15)]
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
    [InlineData("learn", "commit", "committed")] // a worker; the run grain about to make a checkpoint one; and when it is one
    [InlineData("encode", "exchange", "fuse", Explicit = true)] // the rest by hand (-explicit only): more than a minute each
    [InlineData("reduce", "write", Explicit = true)]
    public async Task Stop_SixtySeconds_IsTakenForDeadAndWritesNothingOnAwakening(params string[] points)
    {
        SiloNode[] spare = [.. points.Skip(1).Select((_, n) => cluster.NewSilo($"127.0.0.{n + 4}", FreePorts.Take(3)))]; // for all that hang to leave two
        try
        {
            await cluster.WaitUntilWholeAsync(spare);
            var hung = new List<(string Run, SiloNode Silo, Stopwatch Since)>();
            foreach (string point in points)
            {
                hung.Add(await HangAsync(point, spare));
            }

            foreach ((string run, SiloNode silo, Stopwatch since) in hung)
            {
                TimeSpan left = TimeSpan.FromSeconds(60) - since.Elapsed;
                await Task.Delay(left > TimeSpan.Zero ? left : TimeSpan.Zero, TestContext.Current.CancellationToken);
                silo.Process.Signal("CONT");
                Assert.NotEqual(0, await silo.Process.WaitForExitAsync()); // it learns that it was declared dead
                Invariants.AssertHold(cluster.Undisturbed, cluster.Folder(run));
                Assert.Equal(RunStatus.Completed, (await cluster.RunAsync(run)).Status);
            }
        }
        finally
        {
            foreach (SiloNode silo in cluster.Silos.Where(silo => silo.Process is { HasExited: false }))
            {
                silo.Process.Signal("CONT"); // those that a failure left stopped; nothing to others
            }

            Array.ForEach(spare, silo => silo.Dispose());
        }
    }

    /// <summary>Stops whoever comes by a point, and waits until the run is completed without it, while it hangs.</summary>
    private async Task<(string Run, SiloNode Silo, Stopwatch Since)> HangAsync(string point, SiloNode[] spare)
    {
        string name = $"hang-{point}";
        cluster.Order(point, point is "write" or "commit" or "committed" ? 15 : 25, Stop);
        await cluster.StartAsync(name);
        SiloNode struck = await cluster.WaitUntilStruckAsync(point, spare);
        var since = Stopwatch.StartNew();
        await cluster.WaitUntilCompletedAsync(name);
        return (name, struck, since);
    }
}
