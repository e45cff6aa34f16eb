namespace Actors.Silo;

/// <summary>
/// Of a host that is a guest in another program: the process's signals stay that program's. The host's own lifetime would take Ctrl-C and SIGTERM away.
/// </summary>
public sealed class GuestLifetime : IHostLifetime
{
    /// <inheritdoc/>
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
