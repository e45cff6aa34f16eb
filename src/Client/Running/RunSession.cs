using Actors.Client.Artifacts;
using Actors.Client.Commands;
using Actors.Client.Display;
using Actors.Contracts.Runs;

namespace Actors.Client.Running;

/// <summary>One run from order to end: starts it, shows it, passes signals on.</summary>
internal sealed class RunSession(ITrainer trainer, IRunDisplay display, TextWriter warnings)
{
    /// <summary>Trains until the run ends.</summary>
    /// <returns>How it ended, and the exit code that says so.</returns>
    public async Task<(RunSummary Summary, ExitCode ExitCode)> TrainAsync(TrainingOrder order, StopSignals stop, CancellationToken cancellation)
    {
        string run = order.Configuration.Name;
        RunOutline outline = await trainer.StartRunAsync(order, cancellation);
        stop.HandTo(now => _ = StopAsync(run, now));
        await display.ShowAsync(outline, trainer.WatchAsync(run, cancellation), cancellation);

        RunReport.Write(order.Folder, warnings);
        RunSummary summary = RunSummary.Read(order.Folder);
        return (summary, stop.ExitCode ?? (summary.Status == RunStatus.Completed ? ExitCode.Ok : ExitCode.Failed));
    }

    private async Task StopAsync(string run, bool now)
    {
        await warnings.WriteLineAsync(now
            ? "stopping now, without a checkpoint"
            : "stopping after this step, with a checkpoint; once more to stop at once");
        await trainer.StopAsync(run, now);
    }
}
