using Actors.Client.Display;
using Actors.Contracts.Events;
using Actors.Contracts.Runs;

namespace Actors.Client.Tests.Display;

public class RunProgressTests
{
    [Fact]
    public void Apply_WholeRun_KeepsBestTestAndSpeed()
    {
        var progress = new RunProgress(100);
        foreach (RunEvent happened in RecordedRun.Events)
        {
            progress.Apply(happened);
        }

        Assert.Equal(RunStatus.Completed, progress.Status);
        Assert.Equal((0.5, 0.4, 0.45), (progress.Best!.Accuracy, progress.Validation!.Accuracy, progress.Test!.Accuracy));
        Assert.Equal("checkpoints/step=30", progress.Checkpoint!.Folder);
        Assert.Equal(15, progress.StepsPerSecond); // 60 steps in the 4 s between the first step event and the last
        Assert.Equal(0.7, progress.Part);
        Assert.Equal(TimeSpan.FromSeconds(2), progress.Remaining);
    }

    [Fact]
    public void Remaining_TotalUnknown_IsUnknown()
    {
        var progress = new RunProgress(null);
        progress.Apply(RecordedRun.Events[1]);
        progress.Apply(RecordedRun.Events[2]);

        Assert.Null(progress.Part);
        Assert.Null(progress.Remaining);
        Assert.Equal(20, progress.StepsPerSecond);
        progress.Apply(Status(RunStatus.Running, 30, seconds: 4) with { TotalSteps = 50 });
        Assert.Equal((0.6, TimeSpan.FromSeconds(1)), (progress.Part, progress.Remaining));
        progress.Apply(Status(RunStatus.Running, 30, seconds: 5));
        Assert.Equal(50, progress.TotalSteps);
    }

    [Fact]
    public void StepsPerSecond_RunThatWasStoppedAndResumed_LeavesThePauseOut()
    {
        var progress = new RunProgress(100);
        foreach (RunEvent happened in RecordedRun.Events.SkipLast(1))
        {
            progress.Apply(happened);
        }

        progress.Apply(Status(RunStatus.Stopped, 70, seconds: 8));
        Assert.Equal(15, progress.StepsPerSecond);
        progress.Apply(Status(RunStatus.Starting, 70, seconds: 3600));
        Assert.Null(progress.StepsPerSecond);
        Assert.Null(progress.Remaining);
        StepEvent step = RecordedRun.Events.OfType<StepEvent>().Last();
        progress.Apply(step with { Step = 80, Time = RecordedRun.Start.AddSeconds(3610) });
        progress.Apply(step with { Step = 90, Time = RecordedRun.Start.AddSeconds(3612) });

        Assert.Equal(5, progress.StepsPerSecond);
        Assert.Equal(TimeSpan.FromSeconds(2), progress.Remaining);
    }

    private static StatusEvent Status(RunStatus status, long step, double seconds) =>
        new() { Sequence = 0, Time = RecordedRun.Start.AddSeconds(seconds), Step = step, Status = status, Message = "told" };
}
