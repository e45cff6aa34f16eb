using System.Globalization;
using Actors.Contracts.Events;

namespace Actors.Cluster.Tests;

/// <summary>A shard at each of three sites, which agree in rounds.</summary>
[Collection<StruckCluster>]
public sealed class FederatedTests(TestCluster cluster)
{
    private static readonly string[] Federated =
    [
        "training.shards=3", "placement.sites=[s1, s2, s3]", "training.epochs=1000", "training.evaluate_every_epochs=1000", "checkpoint.every_steps=1000",
        "training.synchronization.mode=parameters", "training.synchronization.every=5", "training.synchronization.participation.minimum=2",
    ];

    [Fact]
    public async Task Kill_SiloOfASite_RoundsGoOnWithoutItAndItComesBack()
    {
        await cluster.WaitUntilWholeAsync();
        await cluster.StartAsync("sites", Federated);
        await cluster.WaitForStepAsync("sites", 20);
        int shard = await ConductsAsync(1) ? 2 : 1; // the first has the aggregators, the conductor the rounds
        SiloNode site = cluster.Silos[shard];
        site.Process.Kill();
        await site.Process.WaitForExitAsync();

        await WaitForRoundAsync("that begins without it", round => round.Away.Contains(shard) && round.ContributionCount == 2);
        await cluster.WaitUntilWholeAsync();
        await WaitForRoundAsync("of all three again", round => round.ContributionCount == 3, after: round => round.Away.Contains(shard));
        using (ChildProcess stop = cluster.Console("stop", "sites"))
        {
            Assert.True(await stop.WaitForExitAsync() == 0, stop.Said); // it has shown what it can
        }

        RunEvent[] told = Invariants.Events(cluster.Folder("sites"));
        Assert.Equal(Enumerable.Range(0, told.Length).Select(n => (long)n), told.Select(e => e.Sequence)); // one generation: nothing was taken back
        RoundEvent[] rounds = [.. told.OfType<RoundEvent>()];
        Assert.Equal(rounds.Select(round => round.Round).Distinct(), rounds.Select(round => round.Round)); // each contribution counts once
        Assert.All(rounds, round => Assert.Equal(round.ParticipantCount - round.Lost.Length - round.Late.Length, round.ContributionCount));
        Assert.DoesNotContain(told.OfType<StatusEvent>(), e => e.Message.Contains("its newest checkpoint", StringComparison.Ordinal));
    }

    private async Task<bool> ConductsAsync(int silo) => await cluster.Silos[silo].MetricAsync("actors_run_status", "run=\"sites\"") is not null;

    /// <summary>Waits for a round, after one that is told of before it.</summary>
    private Task WaitForRoundAsync(string what, Func<RoundEvent, bool> condition, Func<RoundEvent, bool>? after = null) => Waiting.ForAsync(
        $"a round {what}",
        () => cluster.TailOf("sites").OfType<RoundEvent>().SkipWhile(round => after is not null && !after(round)).Any(round => condition(round)),
        instead: () => string.Join('\n', cluster.TailOf("sites").OfType<RoundEvent>().TakeLast(5).Select(round => string.Create(
            CultureInfo.InvariantCulture, $"round {round.Round}: {round.ContributionCount} of {round.ParticipantCount}; away {string.Join(' ', round.Away)}; lost {string.Join(' ', round.Lost)}")))
            + cluster.Story("sites"));
}
