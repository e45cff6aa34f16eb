namespace Actors.Grains.Runs;

/// <summary>Knows when a silo that said that it leaves has left.</summary>
internal sealed class SiloDepartures(ILocalSiloDetails local, IClusterMembershipService membership, TimeProvider time)
{
    // A silo that has said so and stays must not keep runs from going on.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>Address of the silo asked, as <c>ip:port</c>.</summary>
    public string OurAddress => local.SiloAddress.Endpoint.ToString();

    /// <summary>True where a silo is the one asked.</summary>
    public bool IsOurs(string silo) => silo == local.SiloAddress.ToParsableString();

    /// <summary>True where a silo is in the cluster.</summary>
    public bool IsActive(string silo) => membership.CurrentSnapshot.GetSiloStatus(SiloAddress.FromParsableString(silo)) == SiloStatus.Active;

    /// <summary>Waits until a silo takes no new work: it has left, or is about to.</summary>
    public async Task WaitAsync(string silo)
    {
        var address = SiloAddress.FromParsableString(silo);
        using var patience = new CancellationTokenSource(Patience, time);
        try
        {
            await foreach (ClusterMembershipSnapshot now in membership.MembershipUpdates.WithCancellation(patience.Token))
            {
                if (now.GetSiloStatus(address) != SiloStatus.Active)
                {
                    return;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // It stays.
        }
    }
}
