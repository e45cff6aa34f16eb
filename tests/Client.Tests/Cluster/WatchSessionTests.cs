using Actors.Client.Cluster;
using Actors.Client.Tests.Configuration;
using Actors.Contracts.Events;
using Actors.Contracts.Runs;

namespace Actors.Client.Tests.Cluster;

public class WatchSessionTests
{
    [Theory]
    [InlineData(RunStatus.Starting, RunStatus.Completed, RunStatus.Completed, null)]
    [InlineData(RunStatus.Running, RunStatus.Failed, RunStatus.Failed, "told")]
    [InlineData(RunStatus.Running, RunStatus.Stopped, RunStatus.Stopped, null)]
    [InlineData(RunStatus.Failed, RunStatus.Completed, RunStatus.Completed, null)]
    [InlineData(RunStatus.Failed, RunStatus.Failed, RunStatus.Failed, "listed")] // the list's cause is the first one
    [InlineData(RunStatus.Completed, RunStatus.Running, RunStatus.Completed, "listed")] // the watch did not see the end
    public void Told_ListIsBehindTheEvents_EventsSayHowItEnded(RunStatus list, RunStatus events, RunStatus expected, string? cause)
    {
        var run = new RegisteredRun
        {
            Configuration = Configurations.Resolve(Configurations.Shortest), Folder = "/runs/part", Token = "t", Status = list, Step = 300, TotalSteps = 600,
            FirstCause = "listed", Started = DateTimeOffset.UnixEpoch, Changed = DateTimeOffset.UnixEpoch,
        };

        RegisteredRun told = WatchSession.Told(run, [Status(0, RunStatus.Running, 0), Status(1, events, 600)]);

        Assert.Equal((expected, cause, list == expected ? 300 : 600), (told.Status, told.FirstCause, told.Step));
        Assert.Equal(run, WatchSession.Told(run, []));
    }

    private static StatusEvent Status(long sequence, RunStatus status, long step) =>
        new() { Sequence = sequence, Time = DateTimeOffset.UnixEpoch, Step = step, Status = status, Message = "told" };
}
