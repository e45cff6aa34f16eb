using Actors.Silo.Settings;
using StackExchange.Redis;

namespace Actors.Silo.Hosting;

/// <summary>This silo's own connection to Redis: holds the silo's start until Redis answers, then tells whether it still does.</summary>
/// <param name="settings">What the silo was told.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Where an outage and its end are told.</param>
internal sealed partial class RedisConnection(SiloSettings settings, TimeProvider time, ILogger<RedisConnection> log)
    : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(2);
    private ConnectionMultiplexer? connection;
    private bool isAway; // and that was told

    /// <inheritdoc/>
    public void Participate(ISiloLifecycle lifecycle) =>
        lifecycle.Subscribe<RedisConnection>(ServiceLifecycleStage.First, WaitAsync);

    /// <summary>The connection, once Redis has answered.</summary>
    public ConnectionMultiplexer Open => connection ?? throw new InvalidOperationException($"{settings.Cluster} has not answered yet.");

    /// <summary>Asks Redis; throws where it does not answer.</summary>
    public Task AskAsync(CancellationToken cancellationToken) => Open.GetDatabase().PingAsync().WaitAsync(cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => connection?.Dispose();

    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        bool waited = false;
        while (!await AnswersAsync(cancellationToken))
        {
            waited = true;
            await Task.Delay(BetweenTries, time, cancellationToken);
        }

        if (waited)
        {
            await Console.Error.WriteLineAsync($"{settings.Cluster} answers.");
        }

        Open.ConnectionFailed += (_, failed) =>
        {
            // It fails again with each try to connect.
            if (failed.ConnectionType == ConnectionType.Interactive && !Interlocked.Exchange(ref isAway, true))
            {
                LogAway(log, settings.Cluster.ToString());
            }
        };
        Open.ConnectionRestored += (_, restored) =>
        {
            if (restored.ConnectionType == ConnectionType.Interactive && Interlocked.Exchange(ref isAway, false))
            {
                LogBack(log, settings.Cluster.ToString());
            }
        };
    }

    [LoggerMessage(
        LogLevel.Warning,
        "{Redis} does not answer any more. Training goes on; what is to be kept there waits, and a run that loses a silo waits with it.")]
    private static partial void LogAway(ILogger logger, string redis);

    [LoggerMessage(LogLevel.Information, "{Redis} answers again.")]
    private static partial void LogBack(ILogger logger, string redis);

    private async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (connection is null)
            {
                // A failure here has the cause; a later one would only say that there is no connection.
                connection = await ConnectionMultiplexer.ConnectAsync(settings.Cluster.ToRedis(failAtOnce: true)).WaitAsync(cancellationToken);
            }

            await AskAsync(cancellationToken); // a Redis that still loads its files is connected but refuses
            return true;
        }
        catch (Exception failure) when (ClusterAddress.IsRefusal(failure))
        {
            throw new SiloRefusedException(
                ExitCode.CannotConnect,
                $"{settings.Cluster.Refusal(failure)} Give it after the address, redis://HOST:PORT,PASSWORD, best in environment ACTORS_SILO__CLUSTER.");
        }
        catch (Exception failure) when (failure is RedisException or TimeoutException)
        {
            await Console.Error.WriteLineAsync($"Waiting for {settings.Cluster}, which does not answer: {ClusterAddress.FirstSentence(failure)}");
            return false;
        }
    }
}
