using Actors.Silo.Hosting;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using StackExchange.Redis;

namespace Actors.Silo.Health;

/// <summary>Whether Redis answers.</summary>
/// <param name="redis">The connection to it.</param>
internal sealed class StorageCheck(RedisConnection redis) : IHealthCheck
{
    /// <inheritdoc/>
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await redis.AskAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (Exception failure) when (failure is RedisException or TimeoutException or InvalidOperationException)
        {
            return HealthCheckResult.Unhealthy(failure.Message);
        }
    }
}
