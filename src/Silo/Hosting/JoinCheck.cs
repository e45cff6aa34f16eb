using System.Globalization;
using Actors.Silo.Settings;
using Orleans.Runtime.MembershipService.SiloMetadata;
using StackExchange.Redis;

namespace Actors.Silo.Hosting;

/// <summary>
/// Looks at the cluster before this silo takes work in it: another version is refused, and a clock that is far off; one that is a little off, and a cluster id
/// that only this silo has, are told.
/// </summary>
internal sealed class JoinCheck(
    SiloSettings settings, RedisConnection redis, IClusterMembershipService membership, ISiloMetadataCache metadata,
    ILocalSiloDetails local, TimeProvider time)
    : ILifecycleParticipant<ISiloLifecycle>
{
    private static readonly TimeSpan WorthAWord = TimeSpan.FromSeconds(5);

    // Silos take one that seems to have been joining for five minutes for dead, by the clocks of both, and one that has not signed for 90 s for hanging.
    private static readonly TimeSpan MostApart = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestJoin = TimeSpan.FromSeconds(15); // one of another version that joins for longer hangs, or is gone
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(100);

    /// <inheritdoc/>
    public void Participate(ISiloLifecycle lifecycle)
    {
        lifecycle.Subscribe<JoinCheck>(ServiceLifecycleStage.First + 1, TellAsync); // once Redis has answered
        lifecycle.Subscribe<JoinCheck>(ServiceLifecycleStage.BecomeActive - 1, CompareVersionsAsync);
    }

    /// <summary>What to say of a clock; null where it is right.</summary>
    /// <param name="redis">The time that Redis has.</param>
    /// <param name="here">The time here.</param>
    /// <exception cref="SiloRefusedException">So far off that silos would take each other for dead.</exception>
    internal static string? Clock(DateTimeOffset redis, DateTimeOffset here)
    {
        TimeSpan apart = (redis - here).Duration();
        string off = string.Create(CultureInfo.InvariantCulture, $"{apart.TotalSeconds:F0} s {(here < redis ? "behind" : "ahead of")} Redis'");
        return apart > MostApart ? throw new SiloRefusedException(
                ExitCode.BadInput,
                $"Clocks must be within {MostApart.TotalSeconds} s of each other, or silos take each other for dead, but this host's is {off}. "
                + "Let NTP set the clocks of all hosts.")
            : apart > WorthAWord ? $"warning: the clock of this host is {off}. "
                + $"Up to {MostApart.TotalSeconds} s only the times in run events and the ages of checkpoints suffer: let NTP set it."
            : null;
    }

    /// <summary>What to say of a version; null where it is this one.</summary>
    internal static string? Version(string silo, string theirs, string here) => theirs == here ? null
        : $"All silos of a cluster must have one version, but {silo} has {theirs} and this one {here}. "
            + "Start this version everywhere: stop the others first (runs go on from their checkpoints), or join with the version they have.";

    private async Task TellAsync(CancellationToken cancellation)
    {
        IServer server = redis.Open.GetServers()[0];
        if (Clock(new DateTimeOffset(await server.TimeAsync(), TimeSpan.Zero), time.GetUtcNow()) is { } aside)
        {
            await Console.Error.WriteLineAsync(aside);
        }

        if (await ForgetsAsync(server) is { } forgets)
        {
            await Console.Error.WriteLineAsync(forgets);
        }

        string[] clusters = [.. server.Keys(pattern: "*/members/*").Select(key => $"{key}".Split("/members/")).Where(ids => ids[0] == ids[^1])
            .Select(ids => ids[0]).Order(StringComparer.Ordinal)];
        if (clusters.Length > 0 && !clusters.Contains(settings.ClusterId))
        {
            await Console.Error.WriteLineAsync(
                $"warning: no silo was ever in cluster '{settings.ClusterId}' at {settings.Cluster}, which knows: {string.Join(", ", clusters)}. "
                + "This silo begins a cluster of its own; if it was to join one, stop it and give that one's --cluster-id.");
        }
    }

    /// <summary>What to say of a Redis that may forget what it acknowledged; null where it does not, or does not tell.</summary>
    private async Task<string?> ForgetsAsync(IServer server)
    {
        try
        {
            string only = await AskAsync("appendonly"), flushed = await AskAsync("appendfsync");
            return only == "" || (only, flushed) is ("yes", "always") ? null
                : $"warning: {settings.Cluster} has appendonly {only} and appendfsync {flushed}: "
                    + "where its host dies, it forgets what it acknowledged last, and runs may not be taken up. Set appendonly yes and appendfsync always.";
        }
        catch (Exception failure) when (failure is RedisServerException or RedisCommandException)
        {
            return null; // one that is rented may not let itself be asked
        }

        async Task<string> AskAsync(string name) => $"{((RedisResult[]?)await server.ExecuteAsync("CONFIG", "GET", name))?.LastOrDefault()}";
    }

    // A silo looks when the table has it as joining: of two that start together at least one sees the other. The one that started first
    // stays, but first waits for the other, which may have looked too early to know of it; one that goes is listed as joining for minutes.
    private async Task CompareVersionsAsync(CancellationToken cancellation)
    {
        string here = settings.ToMetadata()[SiloSettings.VersionKey];
        long began = time.GetTimestamp();
        while (true)
        {
            await membership.Refresh(cancellationToken: cancellation);
            (ClusterMember Silo, string? Version)[] silos = [.. membership.CurrentSnapshot.Members.Values
                .Where(member => member.Status is SiloStatus.Active or SiloStatus.Joining)
                .OrderByDescending(member => member.Status == SiloStatus.Active)
                .ThenBy(member => member.SiloAddress) // which is in the order of starts
                .Select(member => (member, member.SiloAddress.Equals(local.SiloAddress) ? here
                    : metadata.GetSiloMetadata(member.SiloAddress).Metadata.GetValueOrDefault(SiloSettings.VersionKey)))];
            TimeSpan waited = time.GetElapsedTime(began);
            if (waited >= Patience || silos.All(silo => silo.Version is not null))
            {
                // One that does not answer in time may be dead already; the others decide that.
                silos = [.. silos.Where(silo => silo.Version is not null)];
                (ClusterMember Silo, string? Version)[] others = [.. silos.Where(silo => silo.Version != here)];
                if (others.Length > 0 && (others[0].Silo.Status == SiloStatus.Active || others[0] == silos[0]))
                {
                    string fault = Version($"{others[0].Silo.SiloAddress.Endpoint}", others[0].Version!, here)!;
                    throw new SiloRefusedException(ExitCode.BadInput, fault);
                }

                if (others.Length == 0 || waited >= LongestJoin)
                {
                    return;
                }
            }

            await Task.Delay(BetweenLooks, time, cancellation);
        }
    }
}
