using Actors.Client.Running;
using Actors.Client.Tests.Configuration;
using Actors.Contracts.Events;
using Actors.Contracts.Runs;

namespace Actors.Client.Tests.Running;

public class RunSummaryTests
{
    [Fact]
    public void ElapsedSeconds_RunThatWasStoppedAndResumed_LeavesThePauseOut() => Assert.Equal(10 + 20, Elapsed(
        (0, RunStatus.Starting, "Starting."), (2, RunStatus.Running, "Training."), (10, RunStatus.Stopped, "Stopped."),
        (5000, RunStatus.Starting, "Resuming."), (5003, RunStatus.Running, "Training."), (5020, RunStatus.Completed, "Completed.")));

    [Fact]
    public void ElapsedSeconds_RunWhoseProcessWasKilled_LeavesThePauseOut() => Assert.Equal(10 + 20, Elapsed(
        (0, RunStatus.Starting, "Starting."), (2, RunStatus.Running, "Training."), (10, RunStatus.Running, "Warning: the disk is full."),
        (5000, RunStatus.Starting, "Resuming."), (5020, RunStatus.Completed, "Completed.")));

    [Fact]
    public void ElapsedSeconds_RunThatLostAGeneration_CountsUntilTheLoss() => Assert.Equal(40, Elapsed(
        (0, RunStatus.Starting, "Starting."), (2, RunStatus.Running, "Training."), (30, RunStatus.Starting, "Warning: a silo is gone."),
        (31, RunStatus.Starting, "Resuming."), (40, RunStatus.Completed, "Completed.")));

    private static double Elapsed(params (double Seconds, RunStatus Status, string Message)[] told) => RunSummary.Of("/runs/run", Configurations.Resolve(Configurations.Shortest), [.. told.Select((one, i) =>
        new StatusEvent { Sequence = i, Time = DateTimeOffset.UnixEpoch.AddSeconds(one.Seconds), Step = 0, Status = one.Status, Message = one.Message })]).ElapsedSeconds;
}
