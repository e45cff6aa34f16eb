using Actors.Client.Cluster;
using Actors.Client.Tests.Commands;
using Actors.Contracts.Events;
using Actors.Contracts.Runs;
using Orleans.Core.Internal;

namespace Actors.Client.Tests.Cluster;

public sealed class RunWatchTests(ClusterFixture cluster) : IClassFixture<ClusterFixture>
{
    [Fact]
    public async Task EventsAsync_GatewayLostOnTheWay_GoesOnWithoutAGap()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        await cluster.StartAsync(cluster.Long, "cut");
        await using ClusterConnection connection = await OpenAsync(cancellation);
        var watch = new RunWatch(connection, "cut", _ => Task.CompletedTask, TimeProvider.System);
        var sequences = new List<long>();
        int cut = 0;

        await foreach (RunEvent runEvent in watch.EventsAsync(cancellation))
        {
            sequences.Add(runEvent.Sequence);
            if (sequences.Count == 20)
            {
                cut = cluster.Gateway.Cut();
                long seen = (await cluster.RunAsync("cut")).Step;
                await cluster.WaitAsync("cut", "further on than what was sent ahead", run => run.Step > seen + 10);
            }
            else if (sequences.Count == 200)
            {
                break;
            }
        }

        Assert.NotEqual(0, cut);
        Assert.Equal(Enumerable.Range(0, 200).Select(i => (long)i), sequences);
        Assert.Equal(ExitCode.Ok, await cluster.RunAsync(new Terminal(), "stop", "cut", "--now"));
        await cluster.WaitAsync("cut", "stopped", run => run.Status == RunStatus.Stopped);
    }

    [Fact]
    public async Task EventsAsync_AnotherActivationTakesTheRunUp_TellsAllFromWhereItsGenerationBegan()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        string rare = Path.Combine(cluster.Root, "rare.yaml"); // without a checkpoint on the way
        string yaml = File.ReadAllText(cluster.Long).Replace("epochs: 100000", "epochs: 100000, evaluate_every_epochs: 100000", StringComparison.Ordinal);
        File.WriteAllText(rare, yaml + "\ncheckpoint: {every_epochs: 100000}\n");
        await cluster.StartAsync(rare, "taken-up");
        await using ClusterConnection connection = await OpenAsync(cancellation);
        var watch = new RunWatch(connection, "taken-up", _ => Task.CompletedTask, TimeProvider.System);
        var told = new List<RunEvent>();
        int resumed = -1;

        await foreach (RunEvent runEvent in watch.EventsAsync(cancellation))
        {
            told.Add(runEvent);
            if (told.Count == 120)
            {
                // The conductor trains on, as one whose silo hangs.
                await connection.Run("taken-up").AsReference<IGrainManagementExtension>().DeactivateOnIdle(cancellation);
            }

            resumed = resumed < 0
                && runEvent is StatusEvent { Message: var message }
                && message.Contains("since a generation was lost", StringComparison.Ordinal)
                    ? told.Count - 1
                    : resumed;
            if (resumed >= 0 ? told.Count > resumed + 20 : told.Count == 1000)
            {
                break;
            }
        }

        Assert.True(resumed > 0, "Nothing was told of the newer generation's beginning.");
        Assert.True(told[resumed].Sequence < told[resumed - 1].Sequence, "The newer generation cut nothing that was seen.");
        Assert.Equal(Enumerable.Range(0, 21).Select(i => told[resumed].Sequence + i), told.Skip(resumed).Select(e => e.Sequence));
        Assert.Equal(watch.History.Select(e => e.Sequence).Distinct().Order(), watch.History.Select(e => e.Sequence));
        Assert.Equal(told[^1], watch.History[^1]);
        Assert.Equal(800_000, told.Skip(resumed).OfType<StatusEvent>().Last().TotalSteps); // for those who began to watch before it was planned
        Assert.Equal(ExitCode.Ok, await cluster.RunAsync(new Terminal(), "stop", "taken-up", "--now"));
    }

    private Task<ClusterConnection> OpenAsync(CancellationToken cancellation) =>
        ClusterConnection.OpenAsync(
            ClusterEntrance.Parse(cluster.Address, "--cluster"),
            ClusterConnection.DefaultId,
            $"--cluster {cluster.Address}",
            TextWriter.Null,
            TimeProvider.System,
            cancellation);
}
