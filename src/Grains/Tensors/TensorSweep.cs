using Actors.Learning.Native;
using Microsoft.Extensions.Hosting;

namespace Actors.Grains.Tensors;

/// <summary>
/// Now and then has the collector look for tensors of messages that nobody got, since a silo died or a grain went meanwhile: native memory does not make the
/// collector run.
/// </summary>
internal sealed class TensorSweep(TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(20);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Between, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                if (LiveTensors.Count > 0)
                {
                    GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: false); // training goes on meanwhile
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The silo ends.
        }
    }
}
