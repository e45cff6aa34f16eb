using System.Runtime.InteropServices;
using Actors.Contracts.Events;
using Actors.Contracts.Runs;
using Actors.Grains.Diagnostics;
using Actors.Grains.Placement;
using Actors.Grains.Tensors;
using Actors.Grains.Workers;
using Actors.Tests;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using static TorchSharp.torch;

namespace Actors.Grains.Tests.Runs;

/// <summary>The actor run on a GPU against what it must equal.</summary>
public sealed class GpuRunTests : IClassFixture<SiloFixture>
{
    private const double Tolerance = 1e-3; // two devices add up in other orders

    private readonly SiloFixture silo;
    private readonly ITestOutputHelper output;

    public GpuRunTests(SiloFixture silo, ITestOutputHelper output)
    {
        (this.silo, this.output) = (silo, output);
        if (Gpu.IsPresent)
        {
            Gpu.UseFullPrecision();
        }
    }

    [Theory(Skip = Gpu.Needed, SkipUnless = nameof(Gpu.IsPresent), SkipType = typeof(Gpu))]
    [InlineData("mlb", "late-linear")]
    [InlineData("multi-loss", "mid-mlp")]
    public async Task Run_OnAGpu_EqualsTheLocalTrainerThereAndTheRunOnTheCpu(string method, string fusion)
    {
        RunConfiguration configuration = TestRun.Configuration(method: method);
        configuration = configuration with { Fusion = configuration.Fusion with { Name = fusion } };
        long before = TensorLeaks.Baseline();
        string folder = silo.NewFolder();
        IReadOnlyList<RunEvent> events = await silo.RunAsync(On(configuration, "cuda:0"), folder);
        OracleTests.AssertCompleted(events);
        TensorLeaks.AssertNone(before);
        long steps = events.OfType<StepEvent>().Last().Step;
        SortedDictionary<string, float[]> onGpu = Weights.Of(folder, steps);
        (SortedDictionary<string, float[]> onCpu, _) = await RunAsync(configuration);
        AssertClose("the local trainer on the GPU", LocalRun.Train(configuration, steps, device: Gpu.First), onGpu, 1e-5);
        AssertClose("the run on the CPU", onCpu, onGpu, Tolerance);
    }

    [Fact(Skip = Gpu.Needed, SkipUnless = nameof(Gpu.IsPresent), SkipType = typeof(Gpu))]
    public async Task Run_ModalitiesOnAGpuAndOnTheCpu_EqualsTheRunOnTheCpu()
    {
        RunConfiguration configuration = TestRun.Configuration(3, shards: 2, batch: 8);
        (SortedDictionary<string, float[]> onCpu, _) = await RunAsync(configuration);
        (SortedDictionary<string, float[]> mixed, _) = await RunAsync(On(configuration, "cuda:0", "cpu:0"));
        AssertClose("the run on the CPU", onCpu, mixed, Tolerance);
    }

    [Theory(Skip = Gpu.Needed, SkipUnless = nameof(Gpu.IsPresent), SkipType = typeof(Gpu))]
    [InlineData(null, "fp32")]
    [InlineData(100, "fp32")]
    [InlineData(100, "bf16")]
    public async Task Run_OfTensorsOfAGpuThroughTheCodec_EqualsHandOver(int? chunkBytes, string wire)
    {
        await using var encoding = new SiloFixture { AlwaysEncode = true, ChunkBytes = chunkBytes };
        await encoding.InitializeAsync();
        RunConfiguration configuration = On(TestRun.Configuration(shards: 2, batch: 8), "cuda:0") with
        {
            Wire = new WireConfiguration { Features = wire, Gradients = wire, Reduction = wire },
        };
        string handed = silo.NewFolder(), encoded = encoding.NewFolder();
        long before = TensorLeaks.Baseline();
        IReadOnlyList<RunEvent> events = await silo.RunAsync(configuration, handed);
        OracleTests.AssertCompleted(events);
        OracleTests.AssertCompleted(await encoding.RunAsync(configuration, encoded));
        TensorLeaks.AssertNone(before);
        long steps = events.OfType<StepEvent>().Last().Step;
        AssertClose("what was handed over", Weights.Of(handed, steps, withOptimizer: true), Weights.Of(encoded, steps, withOptimizer: true), 1e-5);
    }

    [Fact(Skip = Gpu.Needed, SkipUnless = nameof(Gpu.IsPresent), SkipType = typeof(Gpu))]
    public async Task Run_StoppedOnAGpuAndResumedOnTheCpu_EqualsTheRunOnTheCpu()
    {
        RunConfiguration configuration = TestRun.Configuration(epochs: 3);
        configuration = configuration with { Optimizer = configuration.Optimizer with { Name = "adamw", LearningRate = 1e-3 } };
        (SortedDictionary<string, float[]> onCpu, long steps) = await RunAsync(configuration);
        string folder = silo.NewFolder();
        await silo.RunAsync(On(configuration, "cuda:0"), folder, false, (run, e) => e is EvaluationEvent ? run.StopAsync(false) : Task.CompletedTask);
        OracleTests.AssertCompleted(await silo.RunAsync(configuration, folder, resume: true));
        AssertClose("the run on the CPU", onCpu, Weights.Of(folder, steps), Tolerance);
    }

    [Fact(Skip = Gpu.Needed, SkipUnless = nameof(Gpu.IsPresent), SkipType = typeof(Gpu))]
    public async Task Run_InRoundsOnAGpu_EqualsTheRunOnTheCpu()
    {
        RoundConfiguration rounds = TestRun.Rounds with
        {
            Proximal = 0.1, Balance = "round", Server = TestRun.Rounds.Server with { Name = "fedadam", LearningRate = 0.01 },
        };
        RunConfiguration configuration = TestRun.Federated(rounds);
        (SortedDictionary<string, float[]> onCpu, _) = await RunAsync(configuration);
        (SortedDictionary<string, float[]> onGpu, _) = await RunAsync(On(configuration, "cuda:0"));
        AssertClose("the run on the CPU", onCpu, onGpu, Tolerance);
    }

    [Theory(Skip = Gpu.Needed, SkipUnless = nameof(Gpu.IsPresent), SkipType = typeof(Gpu))]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Float16)]
    public async Task RoundTrip_OfAGpusTensor_KeepsEveryBit(ScalarType type)
    {
        Serializer<TensorPayload> serializer = silo.Services.GetRequiredService<Serializer<TensorPayload>>();
        using var scope = NewDisposeScope();
        Tensor drawn = randn([33, 7], device: Gpu.First.ToTorch()).to(type);
        foreach (Tensor sent in new[] { drawn, drawn.t(), drawn.narrow(0, 2, 5) })
        {
            using TensorPayload lent = TensorPayload.Lend(sent);
            using TensorPayload arrived = serializer.Deserialize(serializer.SerializeToArray(lent))!;
            using Tensor taken = await arrived.TakeAsync();
            Assert.Equal(sent.dtype, taken.dtype);
            Assert.True(sent.cpu().eq(taken).all().item<bool>());
        }
    }

    [Fact(Skip = Gpu.Needed, SkipUnless = nameof(Gpu.IsPresent), SkipType = typeof(Gpu))]
    public void Allocation_MoreThanTheGpuHas_IsAFailureOfTheDeviceAndLeavesItUsable()
    {
        ExternalException failure = Assert.Throws<ExternalException>(() => empty(1L << 40, ScalarType.Float32, Gpu.First.ToTorch()));
        Assert.True(WorkerFailure.IsOfDevice(failure), failure.Message);
        using Tensor after = ones(3, device: Gpu.First.ToTorch());
        Assert.Equal(3, after.sum().item<float>());
    }

    [Fact(Skip = Gpu.Needed, SkipUnless = nameof(Gpu.IsPresent), SkipType = typeof(Gpu))]
    public async Task Offer_OfAMachineWithAGpu_HasItAndItsFreeMemory()
    {
        await using var telling = new SiloFixture { Configure = builder => builder.Services.AddGpuMetrics() };
        await telling.InitializeAsync();
        ActorsMeter meter = telling.Services.GetRequiredService<ActorsMeter>();
        ISiloGrain grain = telling.Grains.GetGrain<ISiloGrain>(PinnedKey.Of("", telling.Silo));
        await Waiting.ForAsync("nvidia-smi to tell of the GPU's memory", () => meter.Gpus.Last(0)?.TotalBytes > 0, seconds: 30);
        SiloOffer offer = await grain.OfferAsync(new PlacementConfiguration { Devices = [], ThreadsPerDevice = 1 });
        Assert.Equal("cuda:0", offer.Devices[0].Name);
        Assert.InRange(offer.Devices[0].Bytes!.Value, 1L << 30, 1L << 40);
        output.WriteLine($"{offer.Devices[0]}");
    }

    private static RunConfiguration On(RunConfiguration configuration, params string[] devices) =>
        configuration with { Placement = configuration.Placement with { Devices = [.. devices] } };

    private async Task<(SortedDictionary<string, float[]> Weights, long Steps)> RunAsync(RunConfiguration configuration)
    {
        string folder = silo.NewFolder();
        IReadOnlyList<RunEvent> events = await silo.RunAsync(configuration, folder);
        OracleTests.AssertCompleted(events);
        long steps = events.OfType<StepEvent>().Last().Step;
        return (Weights.Of(folder, steps), steps);
    }

    private void AssertClose(string what, SortedDictionary<string, float[]> expected, SortedDictionary<string, float[]> actual, double tolerance)
    {
        double greatest = expected.Max(pair => pair.Value.Zip(actual[pair.Key], (a, b) => Math.Abs(a - b)).Max());
        output.WriteLine($"differs from {what} by {greatest:G3}");
        Weights.AssertClose(expected, actual, tolerance);
    }
}
