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
    }
}
