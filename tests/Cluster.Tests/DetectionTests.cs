using System.Globalization;
using Actors.Contracts.Events;
using Actors.Tests;

namespace Actors.Cluster.Tests;

/// <summary>
/// How long a run stands after a silo is lost for good. Measured by hand: <c>Actors.Cluster.Tests -explicit only -class "*DetectionTests" -showLiveOutput</c>;
/// figures in benchmarks/results/faults.md.
/// </summary>
public sealed class DetectionTests
{
    private const int StepsPerKill = 400;
    private static readonly string[] Points = ["encode", "fuse", "exchange", "reduce", "commit"];

    [Theory(Explicit = true)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Kill_SiloStaysAway_StepsGoOnWithinTheBound(bool detectsFast)
    {
        await using var cluster = new TestCluster(detectsFast);
        await cluster.InitializeAsync();
        string epochs = string.Create(CultureInfo.InvariantCulture, $"training.epochs={(Points.Length + 1) * StepsPerKill / 8}");
        string[] length = [epochs, "training.evaluate_every_epochs=100"];
        await cluster.StartAsync("quiet", length);
        await cluster.WaitUntilCompletedAsync("quiet", 600);
        await cluster.StartAsync("killed", length);
        var seconds = new List<double>();
        foreach ((string point, long step) in Points.Select((point, n) => (point, (n + 1L) * StepsPerKill)))
        {
            await cluster.WaitForStepAsync("killed", step - StepsPerKill + 1);
            cluster.Order(point, step - (StepsPerKill / 2), 9);
            SiloNode killed = await cluster.WaitUntilStruckAsync(point);
            DateTimeOffset struck = DateTimeOffset.UtcNow;
            StepEvent[] after = [];
            await Waiting.ForAsync(
                "a training step after the kill",
                () => (after = [.. cluster.TailOf("killed").OfType<StepEvent>().Where(told => told.Time > struck)]).Length > 0,
                instead: () => cluster.Story("killed"));
            seconds.Add((after[0].Time - struck).TotalSeconds);
            TestContext.Current.TestOutputHelper!.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"fast {detectsFast}, {point}: {killed.Gateway} lost, a step again after {seconds[^1]:0.0} s"));
            await cluster.WaitUntilWholeAsync();
        }

        await cluster.WaitUntilCompletedAsync("killed", 600);
        Invariants.AssertHold(cluster.Folder("quiet"), cluster.Folder("killed"));
        Assert.All(seconds, taken => Assert.InRange(taken, 0, detectsFast ? 10 : 30));
    }
}
