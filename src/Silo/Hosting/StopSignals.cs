using System.Runtime.InteropServices;

namespace Actors.Silo.Hosting;

/// <summary>Ctrl-C and SIGTERM: the first lets the silo drain, the second is left to the system. Replaces the host's own, which exits 0.</summary>
internal sealed class StopSignals : IHostLifetime, IDisposable
{
    private readonly List<PosixSignalRegistration> registrations = [];
    private readonly CancellationTokenSource stopping = new();
    private int exitCode;

    /// <summary>What the process ends with because of the first signal; null until one came.</summary>
    public ExitCode? ExitCode => exitCode == 0 ? null : (ExitCode)exitCode;

    /// <summary>Fires with the first signal.</summary>
    public CancellationToken Stopping => stopping.Token;

    /// <summary>Takes signals from now on.</summary>
    public void Listen()
    {
        registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = Take(Silo.ExitCode.Interrupted)));
        registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => context.Cancel = Take(Silo.ExitCode.Terminated)));
    }

    /// <inheritdoc/>
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose()
    {
        registrations.ForEach(registration => registration.Dispose());
        registrations.Clear();
    }

    private bool Take(ExitCode code)
    {
        bool first = Interlocked.CompareExchange(ref exitCode, (int)code, 0) == 0;
        if (first)
        {
            stopping.Cancel();
        }

        return first;
    }
}
