using System.Diagnostics.Metrics;
using System.Net;
using Actors.Contracts.Runs;
using Actors.Grains.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace Actors.Grains.Tests.Diagnostics;

public sealed class ActorsMeterTests : IDisposable
{
    private readonly ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly ManualClock clock = new();
    private readonly ActorsMeter meter;

    public ActorsMeterTests() => meter = new ActorsMeter(services.GetRequiredService<IMeterFactory>(), clock);

    public void Dispose()
    {
        meter.Dispose();
        services.Dispose();
    }

    [Fact]
    public void PhaseDuration_ThousandShards_IsBoundedInSeries()
    {
        using var measured = new Measurements(services.GetRequiredService<IMeterFactory>());
        for (int shard = 0; shard < 1000; shard++)
        {
            long began = meter.Steps.Begin();
            foreach (string phase in (string[])[StepPhase.Encode, StepPhase.Fuse, StepPhase.Balance, StepPhase.Learn])
            {
                began = meter.Steps.End(phase, shard, began);
            }
        }

        IReadOnlyDictionary<string, (double Sum, long Count)> told = measured.Told();
        Assert.Equal(4 * 65, told.Count);
        Assert.Equal(1, told["actors.step.phase.duration{phase=learn,shard=63}"].Count);
        Assert.Equal(1000 - 64, told["actors.step.phase.duration{phase=learn,shard=other}"].Count);
    }

    [Fact]
    public void PhaseDuration_SomebodyListens_AllocatesNothing()
    {
        long count = 0;
        using var listener = new MeterListener { InstrumentPublished = (instrument, listening) => listening.EnableMeasurementEvents(instrument) };
        listener.SetMeasurementEventCallback<double>((_, _, _, _) => count++);
        listener.Start();
        long began = meter.Steps.End(StepPhase.Encode, 0, meter.Steps.Begin());
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int step = 0; step < 1000; step++)
        {
            began = meter.Steps.End(StepPhase.Encode, step, began);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(1001, count);
    }

    [Fact]
    public void WorkersAndSamples_ThousandShards_AreBoundedInSeries()
    {
        using var measured = new Measurements(services.GetRequiredService<IMeterFactory>());
        for (int shard = 0; shard < 1000; shard++)
        {
            WorkClock work = meter.Steps.Work(shard, "encoder");
            foreach (string phase in (string[])[StepPhase.Data, StepPhase.Encode, StepPhase.Backward, StepPhase.Reduce, StepPhase.Optimize])
            {
                work.End(phase);
            }

            meter.Steps.Learnt(shard, 32);
        }

        IReadOnlyDictionary<string, (double Sum, long Count)> told = measured.Told();
        Assert.Equal(6 * 65, told.Count);
        Assert.Equal(32 * (1000 - 64), told["actors.shard.samples{shard=other}"].Sum);
    }

    [Fact]
    public void Links_ManySilosThatComeAndGo_AreBoundedInSeries()
    {
        using var measured = new Measurements(services.GetRequiredService<IMeterFactory>());
        for (int silo = 0; silo < 200; silo++)
        {
            // Each address twice, as of a silo that came back.
            meter.Links.End(SiloAddress.New(IPAddress.Loopback, 20000 + (silo % 100), silo), 10, meter.Links.Begin());
        }

        IReadOnlyDictionary<string, (double Sum, long Count)> told = measured.Told();
        Assert.Equal(2 * 65, told.Count);
        Assert.Equal(20, told["actors.link.traffic{peer=127.0.0.1:20000}"].Sum);
        Assert.Equal(2 * 36, told["actors.link.chunk.duration{peer=other}"].Count);
    }

    [Fact]
    public void Losses_RunThatGoesOnInAnotherGeneration_AreCountedAndTimed()
    {
        using var measured = new Measurements(services.GetRequiredService<IMeterFactory>());
        Begin("run", generation: 1);
        meter.Runs.Observe("run", SampleEvents.Status(clock.Now, RunStatus.Running));
        meter.Runs.Lost("run", 1);
        Assert.Equal(0, measured.Collect()["actors.run.recoveries{run=run}"]);
        clock.Now += TimeSpan.FromSeconds(7);
        Begin("run", generation: 2);
        meter.Runs.Observe("run", SampleEvents.Status(clock.Now, RunStatus.Starting));
        meter.Runs.Observe("run", SampleEvents.Status(clock.Now, RunStatus.Running));
        meter.Runs.Observe("run", SampleEvents.Status(clock.Now, RunStatus.Running)); // told again: no second recovery

        IReadOnlyDictionary<string, double> series = measured.Collect();
        Assert.Equal((1, 1), (series["actors.run.losses{run=run}"], series["actors.run.recoveries{run=run}"]));
        Assert.Equal((7, 1), measured.Told()["actors.run.recovery.duration{}"]);
    }

    [Fact]
    public void Losses_RunThatIsTakenUpAfterItsSiloWasLost_AreCountedOnTheNewOne()
    {
        using var measured = new Measurements(services.GetRequiredService<IMeterFactory>());
        meter.Runs.Lost("run", 3); // two of them where another silo conducted it
        Begin("run", generation: 4);
        meter.Runs.Observe("run", SampleEvents.Status(clock.Now, RunStatus.Running));
        IReadOnlyDictionary<string, double> series = measured.Collect();
        Assert.Equal((3, 1, 4), (series["actors.run.losses{run=run}"], series["actors.run.recoveries{run=run}"], series["actors.run.generation{run=run}"]));
    }

    [Fact]
    public void Losses_RoundsThatGoOnWithoutASilo_AreCountedAndNeedNoRecovery()
    {
        using var measured = new Measurements(services.GetRequiredService<IMeterFactory>());
        Begin("run", generation: 1);
        meter.Runs.Lost("run", 1, stops: false);
        meter.Runs.Observe("run", SampleEvents.Status(clock.Now, RunStatus.Running)); // a warning, say
        meter.Runs.Observe("run", SampleEvents.Round(clock.Now) with { Away = [1, 2] });
        IReadOnlyDictionary<string, double> series = measured.Collect();
        Assert.Equal((1, 0), (series["actors.run.losses{run=run}"], series["actors.run.recoveries{run=run}"]));
        Assert.Equal(2, series["actors.run.shards.away{run=run}"]);
    }

    [Fact]
    public void Losses_RunThatMovedHere_GoOnFromThoseBefore()
    {
        using var measured = new Measurements(services.GetRequiredService<IMeterFactory>());
        meter.Runs.Begin("run", new GenerationFacts(5, 100, 4, Losses: 3));
        Assert.Equal(3, measured.Collect()["actors.run.losses{run=run}"]);
        meter.Runs.Lost("run", 4);
        Assert.Equal(4, measured.Collect()["actors.run.losses{run=run}"]);
    }

    [Fact]
    public void Checkpoint_RunThatGoesOnFromOne_IsTheOneItGoesOnFromUntilItWritesOne()
    {
        using var measured = new Measurements(services.GetRequiredService<IMeterFactory>());
        Begin("run", generation: 1);
        meter.Runs.Observe("run", SampleEvents.Checkpoint(clock.Now));
        Begin("run", generation: 2);
        Assert.DoesNotContain("actors.checkpoint.time{run=run}", measured.Collect()); // it may go on from an older one
        meter.Runs.Begin("run", new GenerationFacts(2, 100, 4, CheckpointTime: DateTimeOffset.FromUnixTimeSeconds(5), CheckpointBytes: 7));
        IReadOnlyDictionary<string, double> series = measured.Collect();
        Assert.Equal((5, 7), (series["actors.checkpoint.time{run=run}"], series["actors.checkpoint.size{run=run}"]));
        meter.Runs.Observe("run", SampleEvents.Checkpoint(clock.Now));
        Assert.Equal(clock.Now.ToUnixTimeMilliseconds() / 1000.0, measured.Collect()["actors.checkpoint.time{run=run}"]);
    }

    [Fact]
    public void StepsAndSamples_OfPieces_AreCountedWhateverIsTold()
    {
        using var measured = new Measurements(services.GetRequiredService<IMeterFactory>());
        meter.Runs.Trained("run", 1, 16); // did not begin here
        Begin("run", generation: 1);
        meter.Runs.Observe("run", SampleEvents.Step(clock.Now, 300));
        meter.Runs.Trained("run", 3, 48);
        meter.Runs.Observe("run", SampleEvents.Status(clock.Now, RunStatus.Stopped));
        Begin("run", generation: 2);
        meter.Runs.Trained("run", 3, 32); // a shard was away
        IReadOnlyDictionary<string, double> series = measured.Collect();
        Assert.Equal((6, 80), (series["actors.run.steps{run=run}"], series["actors.run.samples{run=run}"]));
    }

    [Theory]
    [InlineData("0, 1024, 81559, 37, Disabled", 0, 1024.0, 81559.0, 0.37)]
    [InlineData("3, 0, 143771, [N/A], [N/A]", 3, 0.0, 143771.0, null)]
    [InlineData("0, 1024, 81559, [N/A], Enabled", 0, null, null, null)] // split: all its parts together
    public void Parse_LineOfNvidiaSmi_IsWhatItSays(string line, int index, double? used, double? total, double? utilization) =>
        Assert.Equal(new GpuReading(index, used * 1048576, total * 1048576, utilization), GpuReading.Parse(line));

    [Theory]
    [InlineData("NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.")]
    [InlineData("")]
    [InlineData("No devices were found")]
    public void Parse_NoReading_IsNull(string line) => Assert.Null(GpuReading.Parse(line));

    [Fact]
    public void Runs_EndedAWhileAgo_HaveNoSeries()
    {
        using var measured = new Measurements(services.GetRequiredService<IMeterFactory>());
        for (int run = 0; run < 100; run++)
        {
            Begin($"run{run}", generation: 1);
            meter.Runs.Observe($"run{run}", SampleEvents.Step(clock.Now, 3));
            meter.Runs.Observe($"run{run}", SampleEvents.Status(clock.Now, run == 0 ? RunStatus.Running : RunStatus.Completed));
        }

        Assert.Contains("actors.run.loss{run=run99}", measured.Collect());
        clock.Now += RunMetrics.Kept + TimeSpan.FromSeconds(1);
        IReadOnlyDictionary<string, double> series = measured.Collect();
        Assert.Contains("actors.run.loss{run=run0}", series);
        Assert.All(series.Keys.Where(IsOfRuns), key => Assert.Contains("run=run0", key.Replace("}", ",", StringComparison.Ordinal).Split(',', '{')));
    }

    [Fact]
    public void Runs_ResumedLongAfterTheEnd_AreToldAgain()
    {
        using var measured = new Measurements(services.GetRequiredService<IMeterFactory>());
        Begin("run", generation: 1);
        meter.Runs.Observe("run", SampleEvents.Status(clock.Now, RunStatus.Failed));
        clock.Now += RunMetrics.Kept + TimeSpan.FromSeconds(1);
        Begin("run", generation: 2); // nothing told yet, and somebody collects
        Assert.Equal(2, measured.Collect()["actors.run.generation{run=run}"]);
        Assert.Equal(1, measured.Collect()["actors.run.failures{run=run}"]);
    }

    [Fact]
    public void Runs_Forgotten_HaveNoSeries()
    {
        using var measured = new Measurements(services.GetRequiredService<IMeterFactory>());
        Begin("run", generation: 1);
        meter.Runs.Observe("run", SampleEvents.Step(clock.Now, 3));
        meter.Runs.Forget("run");
        meter.Runs.Observe("run", SampleEvents.Step(clock.Now, 4)); // what still comes revives nothing
        Assert.DoesNotContain(measured.Collect().Keys, IsOfRuns);
    }

    private static bool IsOfRuns(string series) => !series.StartsWith("actors.silo.", StringComparison.Ordinal);

    private void Begin(string run, int generation) => meter.Runs.Begin(run, new GenerationFacts(generation, 100, 4));
}
