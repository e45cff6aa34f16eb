using System.Runtime.InteropServices;
using Actors.Client.Commands;
using Actors.Client.Display;
using Actors.Client.Running;
using Actors.Client.Tests.Commands;
using Actors.Client.Tests.Configuration;
using Actors.Contracts.Runs;

namespace Actors.Client.Tests.Running;

public sealed class RunSessionTests : IDisposable
{
    private readonly RunFolder folder = new();

    [Theory]
    [InlineData(RunStatus.Stopped, 130)]
    [InlineData(RunStatus.Failed, 1)]
    [InlineData(RunStatus.Completed, 0)]
    public async Task TrainAsync_CtrlC_ExitCodeSaysHowTheRunEnded(RunStatus end, int expected)
    {
        using var signals = new StopSignals();
        signals.Receive(PosixSignal.SIGINT);

        (RunSummary summary, ExitCode exitCode) = await TrainAsync(new RecordedTrainer(end), signals);

        Assert.Equal((end, (ExitCode)expected), (summary.Status, exitCode));
    }

    [Theory]
    [InlineData(RunStatus.Failed, 1)]
    [InlineData(RunStatus.Completed, 0)]
    public async Task TrainAsync_EndDoesNotGetToDisk_IsToldAsItWas(RunStatus end, int expected)
    {
        using var signals = new StopSignals();

        (RunSummary summary, ExitCode exitCode) = await TrainAsync(new RecordedTrainer(end, isDiskFull: true), signals);

        Assert.Equal((end, $"It is {end}.", 70, (ExitCode)expected), (summary.Status, summary.Message, summary.Step, exitCode));
    }

    [Fact]
    public async Task TrainAsync_CtrlCWhileDataIsOpened_IsToldAtOnce()
    {
        using var signals = new StopSignals();
        var opening = new TaskCompletionSource();
        var told = new StringWriter();
        Task<(RunSummary, ExitCode)> training = TrainAsync(new RecordedTrainer(RunStatus.Stopped, opening: opening.Task), signals, told);

        signals.Receive(PosixSignal.SIGINT);

        Assert.Equal($"stopping as soon as the data is open; once more to end now{Environment.NewLine}", told.ToString());
        opening.SetResult();
        await training;
        Assert.Contains("stopping after this step", told.ToString(), StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    private Task<(RunSummary Summary, ExitCode ExitCode)> TrainAsync(RecordedTrainer trainer, StopSignals signals, TextWriter? told = null)
    {
        RunConfiguration run = Configurations.Resolve(Configurations.Shortest);
        string place = new RunFolders(folder.Root).Create([run])[0];
        return new RunSession(trainer, new PlainRunDisplay(told ?? TextWriter.Null), TextWriter.Null).TrainAsync(
            new TrainingOrder(run, place, Resume: false), signals, TestContext.Current.CancellationToken);
    }
}
