using System.Collections.Concurrent;
using System.Diagnostics;
using Actors.Grains.Diagnostics;
using Actors.Grains.Tests.Runs;

namespace Actors.Grains.Tests.Diagnostics;

public sealed class TracesTests
{
    [Fact]
    public async Task Run_SomebodyListens_IsTracedFromGenerationToPhases()
    {
        await using var silo = new SiloFixture();
        await silo.InitializeAsync();
        string run = silo.NewFolder();
        var ended = new ConcurrentQueue<Activity>();
        using (ActivityListener listener = Listen(ended, _ => ActivitySamplingResult.AllDataAndRecorded))
        {
            OracleTests.AssertCompleted(await silo.RunAsync(TestRun.Configuration(shards: 2, batch: 8), run));
        }

        Activity generation = Assert.Single(ended, a => a.OperationName == "generation" && Equals(a.GetTagItem("run"), run));
        Activity[] pieces = [.. ended.Where(a => a.OperationName == "piece" && Equals(a.GetTagItem("run"), run))];
        Assert.NotEmpty(pieces);
        Assert.All(pieces, piece => Assert.Equal(generation.Context, Assert.Single(piece.Links).Context));
        Activity first = pieces.First(piece => Equals(piece.GetTagItem("from"), 0L));
        long steps = (long)first.GetTagItem("to")!;
        Activity[] phases = [.. ended.Where(a => a.ParentSpanId == first.SpanId)];
        Assert.All(phases, phase => Assert.Equal(first.TraceId, phase.TraceId));
        foreach (string phase in (string[])["encode", "fuse", "balance", "learn"])
        {
            Assert.Equal(2 * steps, phases.Count(a => a.OperationName == phase && Equals(a.GetTagItem("module"), "step")));
        }

        Assert.Equal(2 * 2 * steps, phases.Count(a => a.OperationName == "backward")); // two shards of two encoders
        Assert.All(phases, phase => Assert.InRange(phase.Duration, TimeSpan.Zero, TimeSpan.FromMinutes(1)));
        Assert.Contains(ended, a => a.OperationName == "checkpoint" && a.ParentSpanId == generation.SpanId);
        Assert.Contains(ended, a => a.OperationName == "validate" && a.ParentSpanId == generation.SpanId);
    }

    [Fact]
    public async Task Run_NobodyTakesThePieces_HasNoPhases()
    {
        await using var silo = new SiloFixture();
        await silo.InitializeAsync();
        string run = silo.NewFolder();
        var ended = new ConcurrentQueue<Activity>();

        // As OpenTelemetry does with a root that its sampler drops: it is there to be passed on, and records nothing.
        using (ActivityListener listener = Listen(
            ended, name => name == Traces.PieceName ? ActivitySamplingResult.PropagationData : ActivitySamplingResult.AllDataAndRecorded))
        {
            OracleTests.AssertCompleted(await silo.RunAsync(TestRun.Configuration(), run));
        }

        ActivityTraceId generation = Assert.Single(ended, a => Equals(a.GetTagItem("run"), run) && a.OperationName == "generation").TraceId;
        ActivityTraceId[] pieces = [.. ended.Where(a => a.OperationName == "piece").Select(a => a.TraceId)];
        Assert.DoesNotContain(ended, a => a.OperationName == "fuse" && (a.TraceId == generation || pieces.Contains(a.TraceId)));
    }

    private static ActivityListener Listen(ConcurrentQueue<Activity> ended, Func<string, ActivitySamplingResult> sample)
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == Traces.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> options) => sample(options.Name),
            ActivityStopped = ended.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }
}
