using Microsoft.Extensions.Logging;

namespace Actors.Grains.Workers;

/// <summary>
/// Ends what grains of this silo wait for when the silo ends: a grain goes only when no call of it is under way, and the silo waits for all of them.
/// </summary>
/// <remarks>
/// Not before: while runs move away (<see cref="Runs.RunKeeper"/>), their last steps and checkpoints are still waited for. The host stops Orleans after that.
/// </remarks>
internal sealed partial class SiloEnd(ILocalSiloDetails local, ILogger<SiloEnd> log) : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private readonly CancellationTokenSource ending = new();

    /// <summary>Fires when the silo takes leave of its grains.</summary>
    public CancellationToken Token => ending.Token;

    /// <summary>What whoever waits in vain is told: that is a loss, like that of the silo.</summary>
    public WorkerException Loss => new($"Silo {local.SiloAddress.Endpoint} ends.", isLost: true);

    /// <inheritdoc/>
    public void Participate(ISiloLifecycle lifecycle)
    {
        // Stages stop from the last to the first: waits end before grains do, and then it is looked whether those did.
        lifecycle.Subscribe(nameof(SiloEnd), ServiceLifecycleStage.Active, _ => Task.CompletedTask, _ => ending.CancelAsync());
        lifecycle.Subscribe(nameof(SiloEnd), ServiceLifecycleStage.BecomeActive - 1, _ => Task.CompletedTask, late =>
        {
            if (late.IsCancellationRequested)
            {
                LogLate(local.SiloAddress.Endpoint.ToString());
            }

            return Task.CompletedTask;
        });
    }

    /// <summary>Waits for something that may never come.</summary>
    /// <exception cref="WorkerException">The silo ends; counts as a loss.</exception>
    public async Task<T> UnlessAsync<T>(Task<T> waited)
    {
        try
        {
            return await waited.WaitAsync(Token);
        }
        catch (OperationCanceledException) when (Token.IsCancellationRequested && !waited.IsCompleted)
        {
            throw Loss;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => ending.Dispose();

    [LoggerMessage(
        LogLevel.Warning,
        "Not every grain of silo {Silo} had ended when its time was over: a call was still under way. The silo ends without waiting for it.")]
    private partial void LogLate(string silo);
}
