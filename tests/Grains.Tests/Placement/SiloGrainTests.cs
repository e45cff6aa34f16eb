using System.Collections.Immutable;
using Actors.Contracts.Runs;
using Actors.Grains.Devices;
using Actors.Grains.Diagnostics;
using Actors.Grains.Placement;
using Actors.Learning.Devices;
using Actors.Silo;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Actors.Grains.Tests.Placement;

public sealed class SiloGrainTests : IAsyncLifetime
{
    private readonly IHost host = EmbeddedSilo.Build(silo => silo.Services.AddSingleton(
        new SiloResources(["cuda:0", "cuda:1", "cpu:0"], ThreadsPerDevice: 1, ImmutableDictionary<string, string>.Empty.Add("site", "here"))));

    private ISiloGrain Silo => host.Services.GetRequiredService<IGrainFactory>()
        .GetGrain<ISiloGrain>(PinnedKey.Of("", host.Services.GetRequiredService<ILocalSiloDetails>().SiloAddress.ToParsableString()));

    public async ValueTask InitializeAsync() => await host.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        host.Dispose();
    }

    [Fact]
    public async Task Offer_SiloThatWasToldItsDevices_SaysThemWithTheMemoryThatIsFree()
    {
        Assert.Null(Environment.GetEnvironmentVariable("CUDA_VISIBLE_DEVICES")); // with it nobody knows which GPU is meant
        host.Services.GetRequiredService<ActorsMeter>().Gpus.Take(new GpuReading(1, UsedBytes: 3e9, TotalBytes: 8e9, Utilization: 0));
        SiloOffer offer = await Silo.OfferAsync(TestRun.Configuration().Placement);
        long free = 5_000_000_000 - DeviceUse.Overhead;
        Assert.Equal([new DeviceOffer("cuda:0", null), new DeviceOffer("cuda:1", free), new DeviceOffer("cpu:0", null)], offer.Devices);
        Assert.Equal((1, "here"), (offer.ThreadsPerDevice!.Value, offer.Labels!["site"]));
        Assert.InRange(offer.HostBytes, 1, long.MaxValue);
    }

    [Fact]
    public async Task Check_ModalityAndBatchThatDoNotFitTheData_AreBothTold()
    {
        RunConfiguration run = TestRun.Configuration(batch: 1000);
        SiloReadiness ready = await Silo.CheckAsync(run with { Modalities = [run.Modalities[0], run.Modalities[1] with { Name = "smell" }] }, ["cpu:0"], [0]);
        Assert.Contains(
            ready.Faults,
            fault => fault.Contains("modalities.smell must be a modality of dataset synthetic, which has m0, m1", StringComparison.Ordinal));
        Assert.Contains(ready.Faults, fault => fault.Contains("training.batch_size must be at most the smallest shard", StringComparison.Ordinal));
        Assert.Empty(ready.Costs);
    }

    [Fact]
    public async Task Check_EncodersThatDoNotTakeTheSamples_AreAllTold()
    {
        RunConfiguration run = TestRun.Configuration();
        run = run with { Modalities = [.. run.Modalities.Select(modality => modality with { Depth = 9 })] };
        SiloReadiness ready = await Silo.CheckAsync(run, ["cpu:0"], [0]);
        Assert.Equal(["modalities.m0", "modalities.m1"], ready.Faults.Select(fault => fault.Split(':')[0]));
        Assert.Empty(ready.Costs);
    }

    [Fact]
    public async Task Check_Repeated_SaysTheSameCostsWithoutMeasuringAgain()
    {
        SiloReadiness first = await Silo.CheckAsync(TestRun.Configuration(), ["cpu:0"], [0]);
        SiloReadiness again = await Silo.CheckAsync(TestRun.Configuration(), ["cpu:0"], [0]);
        Assert.Equal(3, first.Costs.Length); // two encoders, the fusion
        Assert.Equal(first.Costs, again.Costs);
        Assert.All(first.Costs, cost => Assert.True(cost.Bytes > 0 && cost.Seconds > 0));
    }

    [Fact]
    public async Task Check_DataIsReadForLong_DeviceWorksForOthersMeanwhile()
    {
        using var table = new HeldTable();
        Task<SiloReadiness> check = Silo.CheckAsync(table.Run, ["cpu:0"], [0]);
        await table.ReadAsync();
        Lane lane = host.Services.GetRequiredService<Lanes>().Of(DeviceName.Cpu, 1);
        Assert.Equal(7, await lane.Run(() => 7).WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken));
        Assert.False(check.IsCompleted);
        table.End();
        Assert.Contains((await check).Faults, fault => fault.Contains("column 'id' is missing", StringComparison.Ordinal));
    }
}
