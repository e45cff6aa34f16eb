using Actors.Silo.Tests;
using Actors.Tests;

namespace Actors.Cluster.Tests;

/// <summary>A silo that dies whenever it works for a run, and is started again each time.</summary>
[Collection<StruckCluster>]
public sealed class CrashLoopTests(TestCluster cluster)
{
    private const int Kill = 9;
    private const string Address = "127.0.0.4";
    private const string Point = "encode";

    [Fact]
    public async Task Kill_OneSiloAgainAndAgain_ItIsLeftOutAndTheRunCompletesOnTheOthers()
    {
        string[] length = ["training.epochs=180", "training.evaluate_every_epochs=60"]; // to outlast it all: 90 did not where the machine was busy
        string undisturbed = await cluster.TrainUndisturbedAsync("never-struck", length);
        await cluster.WaitUntilWholeAsync();
        string orders = Directory.CreateDirectory(Path.Combine(cluster.Root, "orders-of-one")).FullName;
        using SiloNode sick = cluster.NewSilo(Address, FreePorts.Take(3), orders);
        await cluster.WaitUntilWholeAsync(sick);
        await cluster.StartAsync("loop", length);
        for (int loss = 1; loss <= 3; loss++)
        {
            TestCluster.Order(orders, Point, step: 15, Kill);
            await PlanAnewUntilAsync(sick, loss, () => Struck(orders) is not null);
            File.Delete(Struck(orders)!);
            await sick.Process.WaitForExitAsync();
            await cluster.WaitUntilWholeAsync(sick);
        }

        TestCluster.Order(orders, Point, step: 15, Kill);
        await PlanAnewUntilAsync(sick, loss: 4, () => Told().Any(line => line.Contains("Left out", StringComparison.Ordinal)));
        await cluster.WaitUntilCompletedAsync("loop");

        Assert.Null(Struck(orders)); // nobody worked there any more
        Assert.False(sick.Process.HasExited, sick.Process.Said);
        Invariants.AssertHold(undisturbed, cluster.Folder("loop"));
        using ChildProcess show = cluster.Console("show", "loop");
        Assert.True(await show.WaitForExitAsync() == 0, show.Said);
        Assert.Contains("Left out, since the run was lost with them again and again", show.Said, StringComparison.Ordinal);
        Assert.Contains($" {Address}:", show.Said, StringComparison.Ordinal);
        Assert.Contains("the first time: ", show.Said, StringComparison.Ordinal);
    }

    private static string? Struck(string orders) =>
        Array.Find(Directory.GetFiles(orders), order => Path.GetFileName(order).StartsWith($"{Point}.", StringComparison.Ordinal));

    /// <summary>What the newest generation told of itself.</summary>
    private IEnumerable<string> Told() =>
        cluster.Story("loop").Split('\n').Reverse().TakeWhile(line => !line.Contains("Resuming from", StringComparison.Ordinal));

    /// <summary>
    /// Waits for something; where a generation goes on without the silo that was away while it was planned, another silo leaves and comes back, for the run to
    /// be planned anew.
    /// </summary>
    private async Task PlanAnewUntilAsync(SiloNode sick, int loss, Func<bool> reached)
    {
        SiloNode other = cluster.Silos[loss % cluster.Silos.Count];
        await Waiting.ForAsync(
            $"loss {loss}",
            async () =>
            {
                string[] told = [.. Told()];
                if (!reached()
                    && told.Any(line => line.Contains("Training from step", StringComparison.Ordinal))
                    && !told.Any(line => line.Contains($" of {Address}:", StringComparison.Ordinal)))
                {
                    other.Process.Signal("TERM");
                    await other.Process.WaitForExitAsync();
                    other.Start();
                    await Waiting.ForAsync(
                        $"{other.Gateway} to be ready",
                        async () => (await other.GetAsync("/health/ready"))?.StartsWith("200", StringComparison.Ordinal) == true,
                        instead: () => other.Process.Said);
                }

                return reached();
            },
            240, // a silo or two start anew in it
            instead: () => $"{sick.Process.HasExited} {cluster.Story("loop")}");
    }
}
