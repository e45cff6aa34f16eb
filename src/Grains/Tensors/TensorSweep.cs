using Microsoft.Extensions.Hosting;

namespace Actors.Grains.Tensors;

/// <summary>After the loss of a silo, has the collector look for tensors that were on their way to it: nobody takes them, and native memory does not make the collector run.</summary>
internal sealed class TensorSweep(IClusterMembershipService membership, TimeProvider time) : BackgroundService
{
    // Calls to the silo fail at once; what repeats them, and messages that wait for a connection, take longer.
    private static readonly TimeSpan[] Pauses = [TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30)];

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        HashSet<SiloAddress>? lost = null; // before the first look
        try
        {
            await foreach (ClusterMembershipSnapshot now in membership.MembershipUpdates.WithCancellation(stoppingToken))
            {
                SiloAddress[] dead = [.. now.Members.Values.Where(member => member.Status == SiloStatus.Dead).Select(member => member.SiloAddress)];
                if (lost is not null && dead.Except(lost).Any())
                {
                    _ = SweepAsync(stoppingToken);
                }

                lost = [.. dead];
            }
        }
        catch (OperationCanceledException)
        {
            // The silo ends.
        }
    }

    private async Task SweepAsync(CancellationToken stopping)
    {
        foreach (TimeSpan pause in Pauses)
        {
            await Task.Delay(pause, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stopping.IsCancellationRequested)
            {
                return;
            }

            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: false); // training goes on meanwhile
        }
    }
}
