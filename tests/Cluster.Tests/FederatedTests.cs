using System.Globalization;
using Actors.Contracts.Events;
using Actors.Contracts.Runs;
using Actors.Tests;

namespace Actors.Cluster.Tests;

/// <summary>A shard at each of three sites, which agree in rounds.</summary>
[Collection<StruckCluster>]
public sealed class FederatedTests(TestCluster cluster)
{
    private const int Kill = 9;

    private static readonly string[] Federated =
    [
        "training.shards=3", "placement.sites=[s1, s2, s3]", "training.epochs=1000", "training.evaluate_every_epochs=1000", "checkpoint.every_steps=1000",
        "training.synchronization.mode=parameters", "training.synchronization.every=5", "training.synchronization.participation.minimum=2",
        "training.synchronization.balance=round", "optimizer.name=sgd", "optimizer.momentum=0",
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

        await WaitForRoundAsync("sites", "that begins without it", round => round.Away.Contains(shard) && round.ContributionCount == 2);
        await cluster.WaitUntilWholeAsync();
        await WaitForRoundAsync("sites", "of all three again", round => round.ContributionCount == 3, after: round => round.Away.Contains(shard));
        await StopAsync("sites");
        AssertIsOneGeneration("sites");
    }

    [Fact]
    public async Task Terminate_SiloOfASite_RoundsGoOnWithoutItAndItComesBack()
    {
        await cluster.WaitUntilWholeAsync();
        await cluster.StartAsync("left", Federated);
        await cluster.WaitForStepAsync("left", 20);
        int shard = await ConductsAsync(1, "left") ? 2 : 1;
        SiloNode site = cluster.Silos[shard];
        site.Process.Signal("TERM");
        Assert.Equal(143, await site.Process.WaitForExitAsync());

        await WaitForRoundAsync("left", "that begins without it", round => round.Away.Contains(shard) && round.ContributionCount == 2);
        await cluster.WaitUntilWholeAsync();
        await WaitForRoundAsync("left", "of all three again", round => round.ContributionCount == 3, after: round => round.Away.Contains(shard));
        await StopAsync("left");
        AssertIsOneGeneration("left");
        Assert.All(Invariants.Events(cluster.Folder("left")).OfType<RoundEvent>(), round => Assert.Empty(round.Lost)); // what it was at is in
    }

    [Theory]
    [InlineData("take", Explicit = true)] // by hand (-explicit only), as add: a shard that has what the round begins with
    [InlineData("give")] // a shard that is in, before all its segments are added; whether a generation is lost depends on whose silo it is
    [InlineData("add", Explicit = true)] // an aggregator, when it has added up and not answered
    [InlineData("apply")] // the aggregators, when some have stepped
    public async Task Kill_SiloAtPoint_RoundsEndAsIfItHadNotBeenIn(string point)
    {
        await cluster.WaitUntilWholeAsync();
        string name = $"rounds-{point}";
        cluster.Order(point, step: 5, Kill);
        await cluster.StartAsync(name, Federated);
        SiloNode struck = await cluster.WaitUntilStruckAsync(point);
        await struck.Process.WaitForExitAsync();
        await cluster.WaitUntilWholeAsync();
        DateTimeOffset whole = DateTimeOffset.UtcNow;
        await WaitForRoundAsync(name, "of all three again", round => round.Time > whole && round.ContributionCount == 3);
        await StopAsync(name);
    }

    private async Task StopAsync(string run)
    {
        using ChildProcess stop = cluster.Console("stop", run);
        Assert.True(await stop.WaitForExitAsync() == 0, stop.Said); // it has shown what it can
        await cluster.WaitAsync(run, "stopped", known => known.Status == RunStatus.Stopped);
        Invariants.AssertRoundsHold(cluster.Read(run, Federated), cluster.Folder(run));
    }

    private void AssertIsOneGeneration(string run) => Assert.DoesNotContain(
        Invariants.Events(cluster.Folder(run)).OfType<StatusEvent>(),
        e => e.Message.Contains("he run goes on from", StringComparison.Ordinal)); // its newest checkpoint, or a step

    private async Task<bool> ConductsAsync(int silo, string run = "sites") =>
        await cluster.Silos[silo].MetricAsync("actors_run_status", $"run=\"{run}\"") is not null;

    /// <summary>Waits for a round, after one that is told of before it.</summary>
    private Task WaitForRoundAsync(string run, string what, Func<RoundEvent, bool> condition, Func<RoundEvent, bool>? after = null) => Waiting.ForAsync(
        $"a round {what}",
        () => Invariants.Told(cluster.Folder(run)).OfType<RoundEvent>().SkipWhile(round => after is not null && !after(round)).Any(round => condition(round)),
        instead: () => string.Join('\n', cluster.TailOf(run).OfType<RoundEvent>().TakeLast(5).Select(round => string.Create(
            CultureInfo.InvariantCulture,
            $"round {round.Round}: {round.ContributionCount} of {round.ParticipantCount}; "
            + $"away {string.Join(' ', round.Away)}; lost {string.Join(' ', round.Lost)}")))
            + cluster.Story(run));
}
