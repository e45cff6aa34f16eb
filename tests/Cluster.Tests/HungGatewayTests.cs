using Actors.Tests;

namespace Actors.Cluster.Tests;

/// <summary>SIGSTOP of the gateway that consoles come to first: they go on through another.</summary>
[Collection<StruckCluster>]
public sealed class HungGatewayTests(TestCluster cluster)
{
    [Fact]
    public async Task Console_FirstGatewayHangs_ListStartAndWatchEndWell()
    {
        const string Name = "hung-gateway";
        await cluster.WaitUntilWholeAsync();
        string[] addresses = [cluster.Address, cluster.Redis.Address]; // the gateways by name, and as Redis has them
        await cluster.StartAsync(Name, "training.epochs=40");
        ChildProcess[] early = [.. addresses.Select(address => TestCluster.ConsoleAt(address, "watch", Name))];
        foreach (ChildProcess watch in early)
        {
            await Waiting.ForAsync("the console to tell of a step", () => watch.Said.Contains("step=", StringComparison.Ordinal), instead: () => watch.Said);
        }

        ChildProcess hung = cluster.Silos[0].Process;
        hung.Signal("STOP");
        int ended;
        try
        {
            await AssertConsolesEndWellAsync(Name, addresses, early);
        }
        finally
        {
            hung.Signal("CONT");
            ended = await hung.WaitForExitAsync();
        }

        Assert.NotEqual(0, ended); // it learned that it was declared dead
    }

    private async Task AssertConsolesEndWellAsync(string name, string[] addresses, ChildProcess[] early)
    {
        ChildProcess[] list = [.. addresses.Select(address => TestCluster.ConsoleAt(address, "list"))];
        ChildProcess[] late = [.. addresses.Select(address => TestCluster.ConsoleAt(address, "watch", name))];
        ChildProcess[] start = [.. addresses.Select(
            (address, n) => TestCluster.ConsoleAt(address, "start", cluster.File, "--name", Late(n), "--output", cluster.Root))];

        await cluster.WaitUntilCompletedAsync(name);
        foreach (ChildProcess console in new[] { list, start, late, early }.SelectMany(consoles => consoles))
        {
            using (console)
            {
                Assert.True(await console.WaitForExitAsync() == 0, console.Said);
            }
        }

        Assert.All(list, console => Assert.Contains(name, console.Said, StringComparison.Ordinal));
        for (int n = 0; n < addresses.Length; n++)
        {
            await cluster.WaitUntilCompletedAsync(Late(n));
            Invariants.AssertHold(cluster.Undisturbed, cluster.Folder(Late(n)));
        }

        string Late(int n) => $"{name}-late{n}";
    }
}
