namespace Actors.Cluster.Tests;

/// <summary>SIGSTOP of the gateway that consoles come to first: they go on through another.</summary>
[Collection<StruckCluster>]
public sealed class HungGatewayTests(TestCluster cluster)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Console_FirstGatewayHangs_ListStartAndWatchEndWell(bool byRedis)
    {
        await cluster.WaitUntilWholeAsync();
        string address = byRedis ? cluster.Redis.Address : cluster.Address;
        string name = byRedis ? "by-redis" : "by-gateways";
        await cluster.StartAsync(name, "training.epochs=40");
        using ChildProcess early = TestCluster.ConsoleAt(address, "watch", name);
        await Waiting.ForAsync("the console to tell of a step", () => early.Said.Contains("step=", StringComparison.Ordinal), instead: () => early.Said);

        ChildProcess hung = cluster.Silos[0].Process;
        hung.Signal("STOP");
        using ChildProcess list = TestCluster.ConsoleAt(address, "list");
        using ChildProcess late = TestCluster.ConsoleAt(address, "watch", name);
        using ChildProcess start = TestCluster.ConsoleAt(address, "start", cluster.File, "--name", $"{name}-late", "--output", cluster.Root);

        await cluster.WaitUntilCompletedAsync(name);
        Assert.True(await list.WaitForExitAsync() == 0, list.Said);
        Assert.Contains(name, list.Said, StringComparison.Ordinal);
        Assert.True(await start.WaitForExitAsync() == 0, start.Said);
        Assert.True(await late.WaitForExitAsync() == 0, late.Said);
        Assert.True(await early.WaitForExitAsync() == 0, early.Said);
        await cluster.WaitUntilCompletedAsync($"{name}-late");
        Invariants.AssertHold(cluster.Undisturbed, cluster.Folder($"{name}-late"));

        hung.Signal("CONT");
        Assert.NotEqual(0, await hung.WaitForExitAsync()); // it learns that it was declared dead
    }
}
