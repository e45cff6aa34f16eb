using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Actors.Silo.Health;

/// <summary>Whether this silo is a member of the cluster.</summary>
/// <param name="statuses">What this silo knows of the cluster.</param>
internal sealed class MembershipCheck(ISiloStatusOracle statuses) : IHealthCheck
{
    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(statuses.CurrentStatus == SiloStatus.Active
            ? HealthCheckResult.Healthy($"{statuses.GetApproximateSiloStatuses(onlyActive: true).Count} active silos")
            : HealthCheckResult.Unhealthy($"this silo is {statuses.CurrentStatus}"));
}
