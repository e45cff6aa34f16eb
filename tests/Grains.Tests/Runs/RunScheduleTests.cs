using Actors.Contracts.Runs;
using Actors.Grains.Runs;

namespace Actors.Grains.Tests.Runs;

public sealed class RunScheduleTests
{
    [Fact]
    public void PieceEnd_LogEpochAndCheckpoint_StopsAtWhicheverComesFirst()
    {
        RunSchedule schedule = Schedule(logEvery: 4, checkpointEvery: 7);
        var ends = new List<long>();
        for (long step = 0; step < schedule.TotalSteps; step = ends[^1])
        {
            ends.Add(schedule.PieceEnd(step, most: 100));
        }

        Assert.Equal([4, 7, 8, 10, 12, 14, 16, 20], ends); // epochs of 10 steps
    }

    [Fact]
    public void PieceEnd_StepsThatAreSlow_StopsBetweenWhatIsTold()
    {
        RunSchedule schedule = Schedule(logEvery: 4, epochs: 1);
        var pieces = new List<(long End, bool IsTold)>();
        for (long step = 0; step < schedule.TotalSteps; step = pieces[^1].End)
        {
            long end = schedule.PieceEnd(step, most: 3);
            pieces.Add((end, schedule.Tells(step, end)));
        }

        Assert.Equal([(3, false), (4, true), (7, false), (8, true), (10, true)], pieces);
    }

    [Theory]
    [InlineData(2, 7, new long[] { 8, 10, 14, 20 })] // epochs of 10 steps have one too
    [InlineData(4, 3, new long[] { 4, 8, 10, 12, 16, 20 })] // twice in a round: once
    [InlineData(3, 6, new long[] { 6, 10, 12, 18, 20 })] // together with rounds
    [InlineData(1, 7, new long[] { 7, 10, 14, 20 })]
    public void Saves_Parameters_WaitsForTheShardsToAgree(int every, int checkpointEvery, long[] expected)
    {
        RunSchedule schedule = Schedule(logEvery: 100, checkpointEvery: checkpointEvery, mode: "parameters", every: every);
        var saved = new List<long>();
        for (long begin = 0, end; begin < schedule.TotalSteps; begin = end)
        {
            end = schedule.PieceEnd(begin, most: 1);
            saved.AddRange(schedule.Saves(begin, end) ? [end] : []);
        }

        Assert.Equal(expected, saved);
    }

    [Fact]
    public void Saves_GradientsInShortPieces_AtEachMultipleAndEpochEnd()
    {
        RunSchedule schedule = Schedule(logEvery: 100, checkpointEvery: 7);
        Assert.Equal([7, 10, 14, 20], Enumerable.Range(1, 20).Where(end => schedule.Saves(end - 1, end)));
    }

    [Fact]
    public void Evaluates_EveryThirdEpoch_AlsoAtTheEnd()
    {
        RunSchedule schedule = Schedule(logEvery: 100, epochs: 4, evaluateEvery: 3);
        Assert.Equal([30, 40], Enumerable.Range(1, 40).Where(step => schedule.Evaluates(step)));
    }

    private static RunSchedule Schedule(
        int logEvery, int? checkpointEvery = null, string mode = "gradients", int every = 1, int epochs = 2, int evaluateEvery = 1)
    {
        RunConfiguration run = TestRun.Configuration(epochs: epochs);
        return new RunSchedule(
            run with
            {
                Training = run.Training with
                {
                    LogEverySteps = logEvery,
                    SynchronizationMode = mode,
                    SynchronizationEvery = every,
                    EvaluateEveryEpochs = evaluateEvery,
                },
                Checkpoint = run.Checkpoint with { EverySteps = checkpointEvery },
            },
            stepsPerEpoch: 10);
    }
}
