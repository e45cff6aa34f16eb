namespace Actors.Client.Cluster;

/// <summary>A cluster that a person gave a name.</summary>
/// <param name="Name">The name.</param>
/// <param name="Address">As after <c>--cluster</c>, without a password.</param>
/// <param name="ClusterId">Id of the cluster.</param>
/// <param name="PasswordVariable">Environment variable with Redis' password; null: it has none.</param>
internal sealed record ClusterProfile(string Name, string Address, string ClusterId, string? PasswordVariable);
