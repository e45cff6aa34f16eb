using Actors.Client.Cluster;
using Actors.Client.Tests.Commands;
using Actors.Contracts.Events;
using Actors.Contracts.Runs;

namespace Actors.Client.Tests.Cluster;

public sealed class RunWatchTests(ClusterFixture cluster) : IClassFixture<ClusterFixture>
{
    [Fact]
    public async Task EventsAsync_GatewayLostOnTheWay_GoesOnWithoutAGap()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        await cluster.StartAsync(cluster.Long, "cut");
        await using ClusterConnection connection = await ClusterConnection.OpenAsync(ClusterEntrance.Parse(cluster.Address, "--cluster"), ClusterConnection.DefaultId, $"--cluster {cluster.Address}", TextWriter.Null, cancellation);
        var watch = new RunWatch(connection, "cut", TextWriter.Null, TimeProvider.System);
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
}
