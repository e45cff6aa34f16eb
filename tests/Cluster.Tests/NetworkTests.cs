using System.Globalization;
using System.Text.RegularExpressions;
using Actors.Contracts.Events;
using Actors.Tests;

namespace Actors.Cluster.Tests;

/// <summary>
/// Links that are cut, slowed and healed, in networks that the test makes: the run ends as if nothing had been, watched by one console throughout.
/// </summary>
public sealed partial class NetworkTests(NetworkCluster cluster) : IClassFixture<NetworkCluster>
{
    private const int Struck = 2; // host; each has a shard's workers

    [Fact]
    public async Task Cut_LinkOfASilo_RunGoesOnElsewhereAndTheSiloEnds()
    {
        ChildProcess watch = await StartAsync("cut");
        cluster.Network.Cut(Struck);
        ChildProcess late = cluster.Watch("cut"); // begun while nobody knows yet that the silo is lost
        try
        {
            await AssertCompletedAsync("cut", watch);
            await AssertCompletedAsync("cut", late);
        }
        finally
        {
            cluster.Network.Heal(Struck);
        }

        Assert.NotEqual(0, await cluster.WaitForExitAsync(Struck)); // it learns that it was declared dead, and must not go on beside the others
        Invariants.AssertHold(cluster.Undisturbed, cluster.Folder("cut"));
    }

    [Fact]
    public async Task Cut_AndHealedAtOnce_NoSiloIsLost()
    {
        ChildProcess watch = await StartAsync("blink");
        cluster.Network.Cut(Struck);
        cluster.Network.Heal(Struck);
        await AssertCompletedAsync("blink", watch);
        Assert.All(Enumerable.Range(1, 3), host => Assert.True(cluster.IsRunning(host)));
    }

    [Fact]
    public async Task Part_TwoSilosThatAThirdReaches_RunGoesOnWithoutOneOfThem()
    {
        ChildProcess watch = await StartAsync("part");
        cluster.Network.Part(Struck, Struck + 1);
        try
        {
            await AssertCompletedAsync("part", watch);
        }
        finally
        {
            cluster.Network.Join(Struck, Struck + 1);
        }
    }

    [Fact]
    public async Task Part_SiloOfAShardFromTheAggregators_ShardMovesAndRoundsHaveAllAgain()
    {
        const string name = "rounds";
        using ChildProcess watch = await StartAsync(
            name,
            "training.epochs=5000", "training.evaluate_every_epochs=5000", "training.synchronization.mode=parameters", "training.synchronization.every=5",
            "training.synchronization.participation.minimum=2", "training.synchronization.balance=round");
        (int Shard, int Silo)[] places = [.. Place().Matches(watch.Said).Select(place => (
            int.Parse(place.Groups[1].Value, CultureInfo.InvariantCulture), int.Parse(place.Groups[2].Value, CultureInfo.InvariantCulture)))];
        int first = places.First(place => place.Shard == 0).Silo; // has the aggregators too
        // Where it can be, it has nothing of the first shard.
        int struck = places.Where(place => place.Silo != first).GroupBy(place => place.Silo).MinBy(silo => silo.Count(place => place.Shard == 0))!.Key;
        cluster.Network.Part(first, struck);
        long cut = Rounds().Max(round => round.Round);
        try
        {
            // None can be whole while the shard is where it was; whether a round, a checkpoint or a generation is lost by it depends on the moment and on who
            // conducts.
            await Waiting.ForAsync(
                "rounds of all shards after the cut",
                () => Rounds().Any(round => round.Round > cut + 20 && round is { ContributionCount: 3, Away: [] }),
                180,
                () => $"{Invariants.Story(cluster.Folder(name))}\n{string.Join("\n=====\n", Enumerable.Range(1, 3).Select(cluster.Said))}");
        }
        finally
        {
            cluster.Network.Join(first, struck);
        }

        using ChildProcess stop = cluster.Stop(name);
        Assert.True(await stop.WaitForExitAsync() == 0, stop.Said);
        string story = Invariants.Story(cluster.Folder(name));
        // A lost generation is planned anew.
        Assert.True(
            story.Contains("its newest checkpoint", StringComparison.Ordinal)
            || Rounds().Any(round => round.Moved.Any(moved => places.Contains((moved, struck)))),
            story);

        IEnumerable<RoundEvent> Rounds() => Invariants.Told(cluster.Folder(name)).OfType<RoundEvent>();
    }

    [Fact]
    public async Task Slow_LinkOfASilo_RunGoesOnAndIsTheSame()
    {
        ChildProcess watch = await StartAsync("slow");
        cluster.Network.Slow(Struck, kilobits: 2000);
        try
        {
            await WaitForStepAsync(watch, 100);
        }
        finally
        {
            cluster.Network.Quicken(Struck);
        }

        await AssertCompletedAsync("slow", watch);
        Assert.True(cluster.IsRunning(Struck));
    }

    [GeneratedRegex(@"shard (\d+) .* on cpu:0 of 10\.77\.0\.(\d)")]
    private static partial Regex Place();

    private async Task<ChildProcess> StartAsync(string name, params string[] set)
    {
        Assert.SkipWhen(NetworkCluster.Obstacle is not null, NetworkCluster.Obstacle ?? "");
        await cluster.WaitUntilWholeAsync();
        ChildProcess watch = await cluster.StartAsync(name, set);
        await WaitForStepAsync(watch, 30);
        return watch;
    }

    private static Task WaitForStepAsync(ChildProcess watch, int step) => Waiting.ForAsync(
        $"the console to tell of step {step}",
        () => watch.Said.Contains(string.Create(CultureInfo.InvariantCulture, $"step={step}/"), StringComparison.Ordinal),
        instead: () => watch.Said);

    private async Task AssertCompletedAsync(string name, ChildProcess watch)
    {
        using (watch)
        {
            await Waiting.ForAsync(
                "the console that watches to end", () => watch.HasExited, 240, () => $"{Invariants.Story(cluster.Folder(name))}\n{watch.Said}");
            TestContext.Current.TestOutputHelper?.WriteLine(Invariants.Story(cluster.Folder(name)));
            int code = await watch.WaitForExitAsync();
            Assert.True(code == 0, $"The console that watched ended with {code}. It said:\n{watch.Said}");
        }

        Invariants.AssertHold(cluster.Undisturbed, cluster.Folder(name));
    }
}
