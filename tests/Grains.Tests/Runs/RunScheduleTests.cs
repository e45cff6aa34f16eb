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

    [Fact]
    public void Saves_ParametersWithinARound_WaitsForTheShardsToAgree()
    {
        RunSchedule schedule = Schedule(logEvery: 4, checkpointEvery: 7, mode: "parameters", every: 2);
        Assert.False(schedule.Saves(7));
        Assert.True(schedule.Saves(14));
        Assert.False(schedule.IsSynchronized(9));
        Assert.True(schedule.IsSynchronized(10)); // an epoch's end, whatever the round
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
                Training = run.Training with { LogEverySteps = logEvery, SynchronizationMode = mode, SynchronizationEvery = every, EvaluateEveryEpochs = evaluateEvery },
                Checkpoint = run.Checkpoint with { EverySteps = checkpointEvery },
            },
            stepsPerEpoch: 10);
    }
}
