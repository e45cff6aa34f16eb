using System.Runtime.InteropServices;
using Actors.Client.Commands;

namespace Actors.Client.Tests.Commands;

public sealed class StopSignalsTests
{
    [Theory]
    [InlineData(PosixSignal.SIGINT, 130)]
    [InlineData(PosixSignal.SIGTERM, 143)]
    public void Receive_ThreeSignals_StopsThenStopsNowThenLeavesIt(PosixSignal signal, int exitCode)
    {
        var asked = new List<bool>();
        using var signals = new StopSignals();
        signals.HandTo(asked.Add);
        Assert.Null(signals.ExitCode);

        bool[] taken = [signals.Receive(signal), signals.Receive(PosixSignal.SIGINT), signals.Receive(signal)];

        Assert.Equal([true, true, false], taken);
        Assert.Equal([false, true], asked);
        Assert.Equal((ExitCode)exitCode, signals.ExitCode);
    }

    [Fact]
    public void HandTo_SignalCameBefore_IsHandedOverAtOnce()
    {
        var asked = new List<bool>();
        using var signals = new StopSignals();
        signals.Receive(PosixSignal.SIGINT);

        signals.HandTo(asked.Add);

        Assert.Equal([false], asked);
    }
}
