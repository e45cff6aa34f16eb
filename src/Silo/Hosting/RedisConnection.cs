using Actors.Silo.Settings;
using StackExchange.Redis;

namespace Actors.Silo.Hosting;

/// <summary>This silo's own connection to Redis: holds the silo's start until Redis answers, then tells whether it still does.</summary>
/// <param name="settings">What the silo was told.</param>
/// <param name="time">The clock.</param>
internal sealed class RedisConnection(SiloSettings settings, TimeProvider time) : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(2);
    private ConnectionMultiplexer? connection;

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
    }

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
