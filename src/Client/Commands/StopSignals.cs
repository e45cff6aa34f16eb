using System.Runtime.InteropServices;
using System.Text;

namespace Actors.Client.Commands;

/// <summary>Ctrl-C and SIGTERM: the first asks to stop at the step, the second to stop now, the third is left to the system.</summary>
internal sealed class StopSignals : IDisposable
{
    // What has not ended by then computes something long, or opens data. A run's files are whole at any moment.
    private static readonly TimeSpan MostTimeToEnd = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan MostTimeToShow = TimeSpan.FromMilliseconds(200);

    private readonly Lock gate = new();
    private readonly List<PosixSignalRegistration> registrations = [];
    private Action<bool>? stop;
    private int count;
    private bool isOfProcess;
    private bool isDrawn;
    private Timer? ending;

    /// <summary>What the process ends with because of the first signal; null until one came.</summary>
    public ExitCode? ExitCode { get; private set; }

    /// <summary>Signals of this process, listened to from now on.</summary>
    /// <param name="isDrawn">True where a display draws on stderr, and hides the cursor meanwhile.</param>
    public static StopSignals OfProcess(bool isDrawn)
    {
        var signals = new StopSignals { isOfProcess = true, isDrawn = isDrawn };
        signals.Listen();
        return signals;
    }

    public void Listen()
    {
        registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = Receive(PosixSignal.SIGINT)));
        registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => context.Cancel = Receive(PosixSignal.SIGTERM)));
    }

    /// <summary>Hands signals to a run from now on; one that came before it is handed over at once.</summary>
    /// <param name="action">Called with false for the first signal (finish the step, write a checkpoint), true for the second (now).</param>
    public void HandTo(Action<bool> action)
    {
        int before;
        lock (gate)
        {
            stop = action;
            before = count;
        }

        if (before > 0)
        {
            action(before > 1);
        }
    }

    /// <summary>Takes a signal.</summary>
    /// <returns>True where it was taken; false where the system should end the process.</returns>
    public bool Receive(PosixSignal signal)
    {
        Action<bool>? action;
        int number;
        lock (gate)
        {
            number = ++count;
            action = stop;
            if (number == 2 && isOfProcess)
            {
                ending = new Timer(_ => End(), null, MostTimeToEnd, Timeout.InfiniteTimeSpan);
            }

            ExitCode ??= signal == PosixSignal.SIGTERM ? Silo.ExitCode.Terminated : Silo.ExitCode.Interrupted;
        }

        if (number > 2)
        {
            ShowCursor();
            return false;
        }

        action?.Invoke(number == 2);
        return true;
    }

    public void Dispose()
    {
        registrations.ForEach(registration => registration.Dispose());
        lock (gate)
        {
            ending?.Dispose();
        }
    }

    private void End()
    {
        ShowCursor();
        ExitNow((int)ExitCode!.Value);
    }

    /// <summary>The display that hid the cursor does not come to show it again. A terminal that takes nothing must not keep the process from its end.</summary>
    private void ShowCursor()
    {
        if (isDrawn)
        {
            byte[] shown = Encoding.ASCII.GetBytes("\e[?25h");
            var writer = new Thread(() => Console.OpenStandardError().Write(shown)) { IsBackground = true };
            writer.Start();
            writer.Join(MostTimeToShow);
        }
    }

    // Environment.Exit would wait for the silo in this process, and with it for what it computes.
    [DllImport("libc", EntryPoint = "_exit")]
    private static extern void ExitNow(int code);
}
