using Actors.Silo.Settings;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Actors.Silo.Health;

/// <summary>Health over HTTP: <c>/health/live</c> while the process answers, <c>/health/ready</c> while it can take work.</summary>
internal static class SiloHealth
{
    private static readonly TimeSpan MostTimeToAnswer = TimeSpan.FromSeconds(3);

    /// <summary>Adds the checks.</summary>
    public static void AddSiloHealth(this IServiceCollection services, ClusterAddress cluster)
    {
        IHealthChecksBuilder checks = services.AddHealthChecks();
        checks.AddCheck<MembershipCheck>("membership", timeout: MostTimeToAnswer);
        if (cluster.IsRedis)
        {
            checks.AddCheck<StorageCheck>("storage", timeout: MostTimeToAnswer);
        }
    }

    /// <summary>Maps the two addresses.</summary>
    public static void MapSiloHealth(this WebApplication app)
    {
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false });
        app.MapHealthChecks("/health/ready", new HealthCheckOptions { ResponseWriter = WriteAsync });
    }

    private static Task WriteAsync(HttpContext context, HealthReport report)
    {
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(string.Join('\n', report.Entries.Select(entry =>
            $"{entry.Key}: {entry.Value.Status}{(entry.Value.Description is { } why ? $", {why}" : "")}")) + "\n");
    }
}
