using Actors.Client.Running;
using Actors.Client.Tests.Commands;
using Actors.Contracts.Runs;

namespace Actors.Client.Tests.Cluster;

/// <summary>A cluster's run that goes on elsewhere than it was begun.</summary>
public sealed class ClusterPlacementTests(ClusterFixture cluster) : IClassFixture<ClusterFixture>
{
    private readonly Terminal terminal = new();

    [Fact]
    public async Task Resume_OtherPlacement_GoesOnWithItAndFolderAndListSaySo()
    {
        string[] start = ["start", cluster.Long, "--name", "moved", "--output", cluster.Root, "--set", "placement.devices=[cpu:0]"];
        Assert.Equal(ExitCode.Ok, await cluster.RunAsync(new Terminal(), start));
        await cluster.WaitAsync("moved", "running", run => run.Step > 0);
        Assert.Equal(ExitCode.Ok, await cluster.RunAsync(new Terminal(), "stop", "moved"));
        string file = Path.Combine(cluster.Root, "moved", "config.yaml"), before = File.ReadAllText(file);
        Terminal absent = new(), refused = new();

        Assert.Equal(ExitCode.BadInput, await cluster.RunAsync(absent, "resume", "moved", "--set", "placement.devices=[cuda:77]"));
        Assert.Equal(ExitCode.BadInput, await cluster.RunAsync(refused, "resume", "moved", "--set", "seed=5"));
        Assert.Equal(before, File.ReadAllText(file));
        const string Changed = "placement={devices: null, threads_per_device: 2}";
        Assert.Equal(ExitCode.Ok, await cluster.RunAsync(terminal, "resume", "moved", "--set", Changed));
        await cluster.WaitAsync("moved", "running", run => run is { Status: RunStatus.Running, IsResumed: true });
        Assert.Equal(ExitCode.Ok, await cluster.RunAsync(new Terminal(), "stop", "moved", "--now"));

        Assert.Contains("no silo offers cuda:77; offered are cpu:0. Give others", absent.Error, StringComparison.Ordinal);
        Assert.Contains("only what is under 'placement' may be changed, but 'seed=5' came", refused.Error, StringComparison.Ordinal);
        PlacementConfiguration listed = (await cluster.RunAsync("moved")).Configuration.Placement;
        PlacementConfiguration written = RunFolders.Written(Path.GetDirectoryName(file)!).Placement;
        Assert.All((PlacementConfiguration[])[listed, written], one => Assert.Equal((0, 2), (one.Devices.Length, one.ThreadsPerDevice)));
    }
}
