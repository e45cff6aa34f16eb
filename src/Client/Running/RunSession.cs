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
        // Opening the data takes minutes where it is large, and nothing but the process's end interrupts it.
        stop.HandTo(now => _ = display.NoteAsync(now
            ? "ending now"
            : "stopping as soon as the data is open; once more to end now"));
        RunOutline outline = await trainer.StartRunAsync(order, cancellation);
        stop.HandTo(now => _ = StopAsync(run, now));
        RunProgress seen = await display.ShowAsync(outline, trainer.WatchAsync(run, cancellation), cancellation);

        RunReport.Write(order.Folder, warnings);
        RunSummary summary = RunSummary.Read(order.Folder);
        if (seen.Status.IsFinal())
        {
            // The folder may lack the end, where the disk stayed full.
            summary = summary with
            {
                Status = seen.Status,
                Message = seen.Message,
                Step = seen.Step,
                Validation = seen.Best ?? summary.Validation,
                Test = seen.Test ?? summary.Test,
            };
        }

        // A signal says how the run ended only where it was stopped: the last step may have been under way, or the run failed.
        return (summary, summary.Status switch
        {
            RunStatus.Completed => ExitCode.Ok,
            RunStatus.Stopped => stop.ExitCode ?? ExitCode.Failed,
            _ => ExitCode.Failed,
        });
    }

    private async Task StopAsync(string run, bool now)
    {
        await display.NoteAsync(now
            ? "stopping now, without a checkpoint"
            : "stopping after this step, with a checkpoint; once more to stop at once");
        await trainer.StopAsync(run, now);
    }
}
