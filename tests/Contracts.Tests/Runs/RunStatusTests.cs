using Actors.Contracts.Runs;

namespace Actors.Contracts.Tests.Runs;

public class RunStatusTests
{
    [Theory]
    [InlineData(RunStatus.Pending, false, "pending")]
    [InlineData(RunStatus.Starting, false, "starting")]
    [InlineData(RunStatus.Running, false, "running")]
    [InlineData(RunStatus.Completed, true, "completed")]
    [InlineData(RunStatus.Failed, true, "failed")]
    [InlineData(RunStatus.Stopped, true, "stopped")]
    public void IsFinalAndWord_OfEach_SaysWhetherARunIsAtRest(RunStatus status, bool isFinal, string word) =>
        Assert.Equal((isFinal, word), (status.IsFinal(), status.Word()));
}
