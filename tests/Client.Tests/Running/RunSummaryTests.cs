using Actors.Client.Commands;
using Actors.Client.Running;
using Actors.Client.Tests.Configuration;
using Actors.Client.Tests.Display;
using Actors.Contracts.Events;
using Actors.Contracts.Runs;
using Actors.Grains.Runs;

namespace Actors.Client.Tests.Running;

public class RunSummaryTests
{
    [Fact]
    public void ElapsedSeconds_RunThatWasStoppedAndResumed_LeavesThePauseOut() => Assert.Equal(10 + 20, Elapsed(
        (0, RunStatus.Starting, "Starting."), (2, RunStatus.Running, "Training."), (10, RunStatus.Stopped, "Stopped."),
        (5000, RunStatus.Starting, "Resuming."), (5003, RunStatus.Running, "Training."), (5020, RunStatus.Completed, "Completed.")));

    [Fact]
    public void ElapsedSeconds_RunWhoseProcessWasKilled_LeavesThePauseOut() => Assert.Equal(10 + 20, Elapsed(
        (0, RunStatus.Starting, "Starting."), (2, RunStatus.Running, "Training."), (10, RunStatus.Running, "The disk is full."),
        (5000, RunStatus.Starting, "Resuming."), (5020, RunStatus.Completed, "Completed.")));

    [Fact]
    public void ElapsedSeconds_RunThatLostAGeneration_CountsUntilTheLoss() => Assert.Equal(40, Elapsed(
        (0, RunStatus.Starting, "Starting."), (2, RunStatus.Running, "Training."), (30, RunStatus.Starting, GoesOn),
        (31, RunStatus.Starting, "Resuming."), (40, RunStatus.Completed, "Completed.")));

    [Fact]
    public void Of_Warnings_AreToldOnceEachAndTheMessageSaysSo()
    {
        RunSummary summary = Summary([Status(0, "Training."), Status(1, "The disk is full.", true), Status(2, "The disk is full.", true)]);
        Assert.Equal(["The disk is full."], summary.Warnings);
        Assert.Equal("Warning: The disk is full.", summary.Message);
    }

    [Theory]
    [InlineData("""{"kind":"status","status":"running","message":"Warning: The disk is full.","sequence":0,"time":"2026-11-24T00:00:00+00:00","step":3}""")]
    [InlineData("""{"kind":"status","status":"running","message":"The disk is full.","is_warning":true,"sequence":0"""
        + ""","time":"2026-11-24T00:00:00+00:00","step":3}""")]
    public void Of_WarningOfAFile_IsTheSameWhoeverWroteIt(string line)
    {
        RunSummary summary = Summary([RunEventJson.Read(line)]);
        Assert.Equal(["The disk is full."], summary.Warnings);
        Assert.Equal("Warning: The disk is full.", summary.Message);
    }

    [Fact]
    public void Read_RunThatWasEvaluatedAfterItsEnd_HasThatTestAndNoWarningOfTheOldOne()
    {
        using var folder = new RunFolder();
        EvaluationEvent old = RecordedRun.Evaluation(9, 70, 2, "test", 0.25, best: false) with { Warning = "Test is incomplete." };
        var warning = new StatusEvent
        {
            Sequence = 10, Time = old.Time, Step = 70, Status = RunStatus.Running, Message = "Test is incomplete.", IsWarning = true,
        };
        string run = folder.Write("away", end: $"{RunEventJson.Write(old)}\n{RunEventJson.Write(warning)}\n");
        Assert.Equal((0.25, "Test is incomplete."), (RunSummary.Read(run).Test!.Accuracy, Assert.Single(RunSummary.Read(run).Warnings)));

        EvaluationFile.Write(run, old with { Accuracy = 0.75, Warning = null });

        RunSummary summary = RunSummary.Read(run);
        Assert.Equal((0.75, null), (summary.Test!.Accuracy, summary.Test.Warning));
        Assert.Empty(summary.Warnings);
    }

    [Fact]
    public void Read_DamagedEvaluation_SaysWhichFile()
    {
        using var folder = new RunFolder();
        string run = folder.Write("cut");
        File.WriteAllText(Path.Combine(run, EvaluationFile.FileName), "{");

        string message = Assert.Throws<CommandFailure>(() => RunSummary.Read(run)).Message;

        Assert.StartsWith($"{Path.Combine(run, EvaluationFile.FileName)} must be a test's result in JSON", message, StringComparison.Ordinal);
    }

    private const string GoesOn = "The run goes on in another generation.";

    private static double Elapsed(params (double Seconds, RunStatus Status, string Message)[] told) =>
        Summary([.. told.Select(one => Status(one.Seconds, one.Message) with { Status = one.Status, GoesOn = one.Message == GoesOn })]).ElapsedSeconds;

    private static RunSummary Summary(IReadOnlyList<RunEvent> events) => RunSummary.Of("/runs/run", Configurations.Resolve(Configurations.Shortest), events);

    private static StatusEvent Status(double seconds, string message, bool isWarning = false) => new()
    {
        Sequence = 0, Time = DateTimeOffset.UnixEpoch.AddSeconds(seconds), Step = 0, Status = RunStatus.Running, Message = message, IsWarning = isWarning,
    };
}
