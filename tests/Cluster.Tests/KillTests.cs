using Actors.Contracts.Runs;

namespace Actors.Cluster.Tests;

/// <summary>SIGKILL of whoever comes by a point of the protocol: the run ends as if nothing had been, without being asked.</summary>
[Collection<StruckCluster>]
public sealed class KillTests(TestCluster cluster)
{
    private const int Kill = 9;

    [Theory]
    [InlineData("encode", 25)] // an encoder
    [InlineData("exchange", 25)] // the balancer
    [InlineData("fuse", 25)] // a fusion
    [InlineData("learn", 25)] // an encoder
    [InlineData("reduce", 25)] // a reducer
    [InlineData("write", 15)] // a worker, at a checkpoint
    [InlineData("commit", 15)] // the run grain, before a checkpoint is one
    [InlineData("committed", 15)] // the run grain, when it is and nobody knows
    public async Task Kill_SiloAtPoint_RunEndsAsUndisturbed(string point, long step)
    {
        await cluster.WaitUntilWholeAsync();
        string name = $"kill-{point}";
        cluster.Order(point, step, Kill);
        await cluster.StartAsync(name);
        SiloNode struck = await cluster.WaitUntilStruckAsync(point);
        await struck.Process.WaitForExitAsync();

        RegisteredRun run = await cluster.WaitUntilCompletedAsync(name);

        Assert.Equal(run.TotalSteps, run.Step);
        Invariants.AssertHold(cluster.Undisturbed, cluster.Folder(name));
    }
}
