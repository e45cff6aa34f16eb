using System.Collections.Concurrent;
using System.Collections.Immutable;
using Actors.Contracts.Events;
using Actors.Contracts.Runs;
using Actors.Grains.Diagnostics;
using Actors.Grains.Placement;
using Actors.Grains.Tests.Runs;
using Actors.Tests;
using Microsoft.Extensions.DependencyInjection;

namespace Actors.Grains.Tests.Placement;

public sealed class GpuMemoryTests : IDisposable
{
    private const long GiB = 1L << 30;
    private const long Total = 80 * GiB;

    private readonly ServiceProvider services = new ServiceCollection().AddMetrics().AddSingleton<ActorsMeter>().AddSingleton<GpuMemory>()
        .AddSingleton(TimeProvider.System).BuildServiceProvider();

    private GpuMemory Memory => services.GetRequiredService<GpuMemory>();

    public void Dispose() => services.Dispose();

    [Fact]
    public void FreeBytes_NothingComputedHereYet_IsWhatNobodyUses()
    {
        Assert.Null(Memory.FreeBytes("cuda:0")); // nobody tells
        Tell(used: 30);
        Assert.Equal(Total - (30 * GiB) - GpuMemory.Overhead, Memory.FreeBytes("cuda:0"));
        Assert.Null(Memory.FreeBytes("cuda:1"));
        Assert.Null(Memory.FreeBytes("cpu:0"));
    }

    [Fact]
    public void FreeBytes_GpuDoesNotTellItsUse_IsNotKnown()
    {
        services.GetRequiredService<ActorsMeter>().Gpus.Take(new GpuReading(0, UsedBytes: null, Total, Utilization: 0));
        using IDisposable worker = Memory.Hold("cuda:0", GiB);
        Assert.Null(Memory.FreeBytes("cuda:0"));
    }

    [Fact]
    public void FreeBytes_WorkerPreparedSinceTheReading_IsCountedAlready()
    {
        Tell(used: 0);
        using IDisposable worker = Memory.Hold("cuda:0", 50 * GiB);
        Assert.Equal((30 * GiB) - GpuMemory.Overhead, Memory.FreeBytes("cuda:0"));
        Tell(used: 51); // it has it now
        Assert.Equal((30 * GiB) - GpuMemory.Overhead, Memory.FreeBytes("cuda:0"));
    }

    [Fact]
    public void FreeBytes_WorkerReleasedAndItsMemoryKeptByLibtorch_FitsAgain()
    {
        IDisposable worker = Memory.Hold("cuda:0", 50 * GiB);
        Tell(used: 51);
        worker.Dispose();
        worker.Dispose(); // a second time gives nothing back
        Assert.Equal(0, Memory.HeldBytes("cuda:0"));
        Assert.Equal(Total - GpuMemory.Overhead, Memory.FreeBytes("cuda:0"));
        Tell(used: 80); // its memory ran out: the plan had it too small
        Assert.InRange(Memory.FreeBytes("cuda:0")!.Value, 50 * GiB, Total);
    }

    [Fact]
    public void FreeBytes_OthersUseTheGpuToo_TheirsIsNotFree()
    {
        Memory.Hold("cuda:0", 10 * GiB).Dispose();
        Tell(used: 10 + 1 + 30);
        Assert.Equal(Total - (30 * GiB) - GpuMemory.Overhead, Memory.FreeBytes("cuda:0"));
        Tell(used: 80);
        using IDisposable worker = Memory.Hold("cuda:0", 20 * GiB);
        Assert.Equal(0, Memory.FreeBytes("cuda:0"));
    }

    [Fact]
    public async Task Run_OfPlannedWorkers_HoldsTheirBytesUntilTheyAreReleased()
    {
        await using var silo = new SiloFixture
        {
            Configure = builder => builder.Services.AddSingleton(
                new SiloResources(["cpu:0", "cpu:1"], ThreadsPerDevice: 1, ImmutableDictionary<string, string>.Empty)),
        };
        await silo.InitializeAsync();
        RunConfiguration run = TestRun.Configuration();
        run = run with { Placement = run.Placement with { Devices = [] } };
        RunPlan plan = await silo.PlanAsync(run);
        Assert.Empty(plan.Faults);
        GpuMemory memory = silo.Services.GetRequiredService<GpuMemory>();
        var held = new ConcurrentBag<long>();
        IReadOnlyList<RunEvent> events = await silo.RunAsync(run, silo.NewFolder(), false, (_, told) =>
        {
            if (told is EvaluationEvent)
            {
                held.Add(memory.HeldBytes("cpu:0") + memory.HeldBytes("cpu:1"));
            }

            return Task.CompletedTask;
        });
        OracleTests.AssertCompleted(events);
        Assert.Equal(plan.Workers.Sum(worker => worker.Bytes), held.Max());
        await Waiting.ForAsync("the workers to be released", () => memory.HeldBytes("cpu:0") + memory.HeldBytes("cpu:1") == 0, seconds: 30);
    }

    private void Tell(int used) =>
        services.GetRequiredService<ActorsMeter>().Gpus.Take(new GpuReading(0, used * (double)GiB, Total, Utilization: 0));
}
