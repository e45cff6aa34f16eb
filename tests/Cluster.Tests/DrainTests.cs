using Actors.Contracts.Events;

namespace Actors.Cluster.Tests;

/// <summary>SIGTERM: what a silo does is moved, and no step is taken twice.</summary>
[Collection<StruckCluster>]
public sealed class DrainTests(TestCluster cluster)
{
    [Fact]
    public async Task Terminate_EachSiloInTurn_RunMovesAndLosesNoStep()
    {
        string[] length = ["training.epochs=120", "training.evaluate_every_epochs=40"]; // to outlast them all, also on a busy machine
        string undisturbed = await cluster.TrainUndisturbedAsync("unmoved", length);
        await cluster.WaitUntilWholeAsync();
        await cluster.StartAsync("moved", length);
        using ChildProcess watch = cluster.Console("watch", "moved");
        long step = 5;
        foreach (SiloNode silo in cluster.Silos)
        {
            await cluster.WaitForStepAsync("moved", step);
            silo.Process.Signal("TERM");
            Assert.Equal(143, await silo.Process.WaitForExitAsync());
            step = cluster.TailOf("moved")[^1].Step + 5;
            await cluster.WaitUntilWholeAsync();
            await cluster.WaitForStepAsync("moved", step);
            foreach (SiloNode conductor in cluster.Silos)
            {
                Assert.True(await conductor.MetricAsync("actors_run_losses_total", "run=\"moved\"") is null or 0, "A silo that leaves is no loss.");
            }
        }

        await cluster.WaitUntilCompletedAsync("moved");
        Assert.True(await watch.WaitForExitAsync() == 0, watch.Said);
        Invariants.AssertHold(undisturbed, cluster.Folder("moved"));
        Assert.DoesNotContain(Invariants.Events(cluster.Folder("moved")).OfType<StatusEvent>(), told => told.IsWarning);
    }

    [Fact]
    public async Task Terminate_AllSilos_RunRestsAndGoesOnAtTheNextStart()
    {
        await cluster.WaitUntilWholeAsync();
        await cluster.StartAsync("rested");
        await cluster.WaitForStepAsync("rested", 5);
        foreach (SiloNode silo in cluster.Silos)
        {
            silo.Process.Signal("TERM");
        }

        foreach (SiloNode silo in cluster.Silos)
        {
            Assert.Equal(143, await silo.Process.WaitForExitAsync());
        }

        await cluster.WaitUntilWholeAsync();
        await cluster.WaitUntilCompletedAsync("rested");
        Invariants.AssertHold(cluster.Undisturbed, cluster.Folder("rested"));
    }
}
