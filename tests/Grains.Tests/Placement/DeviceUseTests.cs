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

public sealed class DeviceUseTests : IDisposable
{
    private const long GiB = 1L << 30;
    private const long Total = 80 * GiB;

    private readonly ServiceProvider services = new ServiceCollection().AddMetrics().AddSingleton<ActorsMeter>().AddSingleton<DeviceUse>()
        .AddSingleton(TimeProvider.System).BuildServiceProvider();

    private DeviceUse Use => services.GetRequiredService<DeviceUse>();

    public void Dispose() => services.Dispose();

    [Fact]
    public void FreeBytes_NothingComputedHereYet_IsWhatNobodyUses()
    {
        Assert.Null(Use.FreeBytes("cuda:0")); // nobody tells
        Tell(used: 30);
        Assert.Equal(Total - (30 * GiB) - DeviceUse.Overhead, Use.FreeBytes("cuda:0"));
        Assert.Null(Use.FreeBytes("cuda:1"));
        Assert.Null(Use.FreeBytes("cpu:0"));
    }

    [Fact]
    public void FreeBytes_GpuDoesNotTellItsUse_IsNotKnown()
    {
        services.GetRequiredService<ActorsMeter>().Gpus.Take(new GpuReading(0, UsedBytes: null, Total, Utilization: 0));
        using IDisposable worker = Use.Hold("run", "cuda:0", GiB, seconds: 0);
        Assert.Null(Use.FreeBytes("cuda:0"));
    }

    [Fact]
    public void FreeBytes_WorkerPreparedSinceTheReading_IsCountedAlready()
    {
        Tell(used: 0);
        using DeviceUse.Share worker = Begun(50);
        Assert.Equal((30 * GiB) - DeviceUse.Overhead, Use.FreeBytes("cuda:0"));
        Assert.Equal(Total - DeviceUse.Overhead, Use.FreeBytes("cuda:0", except: "run")); // where it is planned anew
        Tell(used: 51); // it has it now
        Assert.Equal((30 * GiB) - DeviceUse.Overhead, Use.FreeBytes("cuda:0"));
    }

    [Fact]
    public void FreeBytes_WorkerReleasedAndItsMemoryKeptByLibtorch_FitsAgain()
    {
        DeviceUse.Share worker = Begun(50);
        Tell(used: 51);
        worker.Dispose();
        worker.Dispose(); // a second time gives nothing back
        Assert.Equal(0, Use.HeldBytes("cuda:0"));
        Assert.Equal(Total - DeviceUse.Overhead, Use.FreeBytes("cuda:0"));
        Tell(used: 80); // its memory ran out: the plan had it too small
        Assert.InRange(Use.FreeBytes("cuda:0")!.Value, 50 * GiB, Total);
    }

    [Fact]
    public void FreeBytes_OthersUseTheGpuToo_TheirsIsNotFree()
    {
        Begun(10).Dispose();
        Use.Hold("run", "cuda:0", 60 * GiB, seconds: 0).Dispose(); // it failed before it took anything
        Tell(used: 10 + 1 + 30);
        Assert.Equal(Total - (30 * GiB) - DeviceUse.Overhead, Use.FreeBytes("cuda:0"));
        Tell(used: 80);
        using IDisposable worker = Use.Hold("run", "cuda:0", 20 * GiB, seconds: 0);
        Assert.Equal(0, Use.FreeBytes("cuda:0"));
    }

    [Fact]
    public void FreeBytes_MemoryRanOutWhileItWasMeasured_IsAsItWasBefore()
    {
        Begun(10).Dispose();
        Tell(used: 31); // 20 are others'
        long free = Use.FreeBytes("cuda:0")!.Value;
        Tell(used: 80);
        Assert.InRange(Use.FreeBytes("cuda:0")!.Value, 0, 11 * GiB);
        Use.RanOut("cuda:0", free);
        Assert.Equal(free, Use.FreeBytes("cuda:0"));
        Use.RanOut("cuda:0", free: null);
        Assert.Equal(free, Use.FreeBytes("cuda:0"));
    }

    [Fact]
    public void Seconds_WorkersComeAndGo_AreThoseOfTheOtherRunsThatAreThere()
    {
        using IDisposable own = Use.Hold("own", "cpu:0", GiB, seconds: 0.1);
        IDisposable[] others = [Use.Hold("other", "cpu:0", GiB, seconds: 0.2), Use.Hold("third", "cpu:0", GiB, seconds: 0.3)];
        using IDisposable elsewhere = Use.Hold("other", "cpu:1", GiB, seconds: 0.7);
        Assert.Equal(0.5, Use.Seconds("cpu:0", except: "own"));
        Assert.Equal(0.6, Use.Seconds("cpu:0", except: null), 1e-9);
        Assert.Equal(0.7, Use.Seconds("cpu:1", except: "own"));
        Array.ForEach(others, other => other.Dispose());
        Assert.Equal(0, Use.Seconds("cpu:0", except: "own")); // and no rounding, which would break a tie with an idle device
        Assert.Equal(0.1, Use.Seconds("cpu:0", except: null));
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
        DeviceUse use = silo.Services.GetRequiredService<DeviceUse>();
        var held = new ConcurrentBag<long>();
        IReadOnlyList<RunEvent> events = await silo.RunAsync(run, silo.NewFolder(), false, (_, told) =>
        {
            if (told is EvaluationEvent)
            {
                held.Add(use.HeldBytes("cpu:0") + use.HeldBytes("cpu:1"));
            }

            return Task.CompletedTask;
        });
        OracleTests.AssertCompleted(events);
        Assert.Equal(plan.Workers.Sum(worker => worker.Bytes), held.Max());
        await Waiting.ForAsync("the workers to be released", () => use.HeldBytes("cpu:0") + use.HeldBytes("cpu:1") == 0, seconds: 30);
    }

    private DeviceUse.Share Begun(int gibibytes)
    {
        DeviceUse.Share share = Use.Hold("run", "cuda:0", gibibytes * GiB, seconds: 0);
        share.Begin();
        return share;
    }

    private void Tell(int used) =>
        services.GetRequiredService<ActorsMeter>().Gpus.Take(new GpuReading(0, used * (double)GiB, Total, Utilization: 0));
}
