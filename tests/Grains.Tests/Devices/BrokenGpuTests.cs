using System.Runtime.InteropServices;
using Actors.Grains.Devices;
using Actors.Tests;
using Microsoft.Extensions.Logging.Abstractions;
using static TorchSharp.torch;

namespace Actors.Grains.Tests.Devices;

/// <summary>A GPU that really breaks; no other test of this process could use it afterwards.</summary>
public class BrokenGpuTests
{
    [Fact(Explicit = true, Skip = Gpu.Needed, SkipUnless = nameof(Gpu.IsPresent), SkipType = typeof(Gpu))] // alone: -explicit only -class "*BrokenGpuTests"
    public async Task BlamedAsync_GpusWorkFailsWhereTheCpuReadsIt_IsTheGpusFailure()
    {
        using var lanes = new Lanes();
        lanes.Of(Gpu.First, 1);
        var broken = new BrokenDevices(lanes, NullLogger<BrokenDevices>.Instance);
        ExternalException failure = Assert.Throws<ExternalException>(() =>
        {
            using var scope = NewDisposeScope();
            Tensor table = zeros([4, 2], device: Gpu.First.ToTorch()), rows = tensor([5L], device: Gpu.First.ToTorch()); // there is no row 5
            table.index_select(0, rows).cpu();
        });
        TestContext.Current.TestOutputHelper!.WriteLine(failure.Message);
        Assert.Null(await broken.BlamedAsync("cpu:0", "one", failure)); // the run whose assertion it is
        Assert.Equal("cuda:0", await broken.BlamedAsync("cpu:0", "another", failure));
        Assert.True(broken.Contains("cuda:0"));
        Assert.False(broken.Contains("cpu:0"));
    }
}
