using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Actors.Contracts.Events;
using Actors.Contracts.Runs;
using Actors.Grains.Devices;
using Actors.Grains.Placement;
using Actors.Grains.Reduction;
using Actors.Grains.Workers;
using Microsoft.Extensions.DependencyInjection;

namespace Actors.Grains.Tests.Runs;

/// <summary>What libtorch throws where a device fails, thrown within the encoder of shard 1 before it reduces.</summary>
public sealed class DeviceFailureTests : IAsyncLifetime
{
    private readonly FailingDevice device = new();
    private readonly SiloFixture silo;

    public DeviceFailureTests() => silo = new SiloFixture
    {
        Configure = builder =>
        {
            builder.AddOutgoingGrainCallFilter(device);
            builder.Services.AddSingleton(new SiloResources(["cpu:0", "cpu:1"], ThreadsPerDevice: 1, ImmutableDictionary<string, string>.Empty));
        },
    };

    private static RunConfiguration Configuration
    {
        get
        {
            RunConfiguration run = TestRun.Configuration(shards: 2, batch: 8);
            return run with { Placement = run.Placement with { Devices = [] } };
        }
    }

    public ValueTask InitializeAsync() => silo.InitializeAsync();

    public ValueTask DisposeAsync() => silo.DisposeAsync();

    [Fact]
    public async Task Run_DeviceFailsAgainAndAgain_IsLeftOutAndTheRunEqualsTheUndisturbed()
    {
        string straight = silo.NewFolder(), disturbed = silo.NewFolder();
        long steps = (await silo.RunAsync(Configuration, straight)).OfType<StepEvent>().Last().Step;
        device.Fail(times: 3, "CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 79.19 GiB.");
        IReadOnlyList<RunEvent> events = await silo.RunAsync(Configuration, disturbed);

        Assert.Equal(RunStatus.Completed, Assert.IsType<StatusEvent>(events[^1]).Status);
        string[] messages = [.. events.OfType<StatusEvent>().Select(told => told.Message)];
        Assert.Equal(3, messages.Count(message => message.Contains("CUDA out of memory", StringComparison.Ordinal)
            && message.Contains("goes on from its newest checkpoint", StringComparison.Ordinal)));
        string leftOut = Assert.Single(messages, message => message.Contains("Left out", StringComparison.Ordinal));
        Assert.Contains("/cpu:", leftOut);
        Weights.AssertSameBits(Weights.Of(straight, steps, withOptimizer: true), Weights.Of(disturbed, steps, withOptimizer: true));
    }

    [Fact]
    public async Task Run_WorkItselfIsAtFault_EndsAtOnce()
    {
        device.Fail(times: 1, "The size of tensor a (8) must match the size of tensor b (9) at non-singleton dimension 1");
        IReadOnlyList<RunEvent> events = await silo.RunAsync(Configuration, silo.NewFolder());
        StatusEvent end = Assert.IsType<StatusEvent>(events[^1]);
        Assert.Equal(RunStatus.Failed, end.Status);
        Assert.Contains("must match the size", end.Message);
        Assert.DoesNotContain(events.OfType<StatusEvent>(), told => told.Message.Contains("goes on from its newest checkpoint", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_DeviceIsBroken_GoesOnElsewhereAndTheDeviceIsOfferedToNobody()
    {
        device.Fail(times: 1, "CUDA error: an illegal memory access was encountered");
        IReadOnlyList<RunEvent> events = await silo.RunAsync(Configuration, silo.NewFolder());
        Assert.Equal(RunStatus.Completed, Assert.IsType<StatusEvent>(events[^1]).Status);
        string broken = Assert.Single((await OfferAsync()).Broken);
        Assert.DoesNotContain((await OfferAsync()).Devices, offered => offered.Name == broken);

        RunPlan plan = await silo.PlanAsync(Configuration);
        Assert.Empty(plan.Faults);
        Assert.DoesNotContain(plan.Workers, worker => worker.Device == broken);
        plan = await silo.PlanAsync(Configuration with { Placement = Configuration.Placement with { Devices = [broken] } });
        Assert.Contains($"no silo offers {broken}; offered are cpu:", Assert.Single(plan.Faults));
        Assert.Contains($"{broken} of silo 127.0.0.1:", plan.Faults[0]);
        Assert.EndsWith("cannot use it again: restart that silo.", plan.Faults[0]);
    }

    [Fact]
    public async Task Run_AfterOneWhoseAssertionBrokeTheDevice_IsPlannedWithoutIt()
    {
        device.Fail(times: 1, "CUDA error: device-side assert triggered");
        StatusEvent first = Assert.IsType<StatusEvent>((await silo.RunAsync(Configuration, silo.NewFolder()))[^1]);
        Assert.Equal(RunStatus.Failed, first.Status); // at once: its own work is at fault
        Assert.Contains("device-side assert", first.Message);
        Assert.Single((await OfferAsync()).Broken);
        OracleTests.AssertCompleted(await silo.RunAsync(Configuration, silo.NewFolder()));
    }

    [Fact]
    public async Task Plan_EveryDeviceIsBroken_NamesThemAndTheRemedy()
    {
        BrokenDevices broken = silo.Services.GetRequiredService<BrokenDevices>();
        var failure = new ExternalException("CUDA error: unspecified launch failure");
        Assert.Equal("cpu:0", await broken.BlamedAsync("cpu:0", "one", failure));
        Assert.Equal("cpu:1", await broken.BlamedAsync("cpu:1", "another", failure));
        string fault = Assert.Single((await silo.PlanAsync(Configuration)).Faults);
        Assert.StartsWith("No silo offers a device. cpu:0, cpu:1 of silo 127.0.0.1:", fault, StringComparison.Ordinal);
        Assert.EndsWith("restart that silo.", fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_ConsolesOnlyDeviceIsBroken_EndsAndSaysTheRemedy()
    {
        await using var console = new SiloFixture { Configure = builder => builder.AddOutgoingGrainCallFilter(device) };
        await console.InitializeAsync();
        device.Fail(times: 1, "CUDA error: an illegal memory access was encountered");
        IReadOnlyList<RunEvent> events = await console.RunAsync(TestRun.Configuration(shards: 2, batch: 8), console.NewFolder());
        StatusEvent end = Assert.IsType<StatusEvent>(events[^1]);
        Assert.Equal(RunStatus.Failed, end.Status);
        Assert.Contains("cpu:0 of silo 127.0.0.1:", end.Message);
        Assert.Contains("start the console anew; actors resume goes on with a run.", end.Message);
    }

    [Theory]
    [InlineData("CUDA error: an illegal memory access was encountered", true)]
    [InlineData("CUDA error: uncorrectable ECC error encountered", true)]
    [InlineData("CUDA out of memory. Tried to allocate 20.00 MiB.", true)]
    [InlineData("cuDNN error: CUDNN_STATUS_EXECUTION_FAILED", true)]
    [InlineData("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`", true)]
    [InlineData("GET was unable to find an engine to execute this computation", true)] // cuDNN's memory ran out, as a rule
    [InlineData("FIND was unable to find an engine to execute this computation", true)]
    [InlineData("Unable to find a valid cuDNN algorithm to run convolution", true)]
    [InlineData("NVML_SUCCESS == r INTERNAL ASSERT FAILED at \"CUDACachingAllocator.cpp\":838, please report a bug to PyTorch.", true)]
    [InlineData("CUDA error: device-side assert triggered", false)] // a label out of range, say
    [InlineData("Expected all tensors to be on the same device, but found at least two devices, cuda:0 and cpu!", false)]
    [InlineData("[enforce fail at alloc_cpu.cpp:118] err == 0. DefaultCPUAllocator: can't allocate memory", false)]
    public void IsOfDevice_WhatLibtorchSays_IsToldApart(string message, bool expected) =>
        Assert.Equal(expected, WorkerFailure.IsOfDevice(new ExternalException(message)));

    private Task<SiloOffer> OfferAsync() =>
        silo.Grains.GetGrain<ISiloGrain>(PinnedKey.Of("", silo.Silo)).OfferAsync(Configuration.Placement);

    private sealed class FailingDevice : IOutgoingGrainCallFilter
    {
        private string message = "";
        private int left;

        public void Fail(int times, string message) => (this.message, left) = (message, times);

        public Task Invoke(IOutgoingGrainCallContext context) =>
            context.MethodName == nameof(IReducerGrain.ReduceAsync) && context.SourceId?.ToString() is { } source
                && source.Contains("/s1/m0", StringComparison.Ordinal) && Interlocked.Decrement(ref left) >= 0
                ? throw new ExternalException(message)
                : context.Invoke();
    }
}
