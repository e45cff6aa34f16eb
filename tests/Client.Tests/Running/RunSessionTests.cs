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

    public void Dispose() => folder.Dispose();

    private Task<(RunSummary Summary, ExitCode ExitCode)> TrainAsync(RecordedTrainer trainer, StopSignals signals)
    {
        RunConfiguration run = Configurations.Resolve(Configurations.Shortest);
        string place = new RunFolders(folder.Root).Create([run])[0];
        return new RunSession(trainer, new PlainRunDisplay(TextWriter.Null), TextWriter.Null).TrainAsync(new TrainingOrder(run, place, Resume: false), signals, TestContext.Current.CancellationToken);
    }
}
