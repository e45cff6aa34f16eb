using System.Diagnostics;
using System.Globalization;
using Actors.Contracts.Events;
using Actors.Tests;

namespace Actors.Cluster.Tests;

/// <summary>
/// Measured by hand: <c>Actors.Cluster.Tests -explicit only -class "*SoakTests" -showLiveOutput</c>; figures in benchmarks/results/faults.md.
/// </summary>
public sealed class SoakTests(TestCluster cluster) : IClassFixture<TestCluster>
{
    private const int StepsPerFault = 120; // at least: a step takes tens of milliseconds, a fault and the way back to three silos some seconds
    private const int MostStepsPerFault = 180; // the run goes on while a silo is on its way back, and must not end before the last fault; 150 were seen
    private static readonly string[] Points = ["encode", "exchange", "fuse", "learn", "reduce", "write", "commit", "committed"];

    [Fact(Explicit = true)]
    public async Task Faults_ManyAtRandom_RunEndsAsUndisturbed()
    {
        int count = int.Parse(Environment.GetEnvironmentVariable("ACTORS_SOAK_FAULTS") ?? "200", CultureInfo.InvariantCulture);
        int seed = int.Parse(Environment.GetEnvironmentVariable("ACTORS_SOAK_SEED") ?? "1", CultureInfo.InvariantCulture);
        // At the usual rate of learning the encoders die after some hundred steps, and weights that stand still prove little.
        string epochs = string.Create(CultureInfo.InvariantCulture, $"training.epochs={(count + 1) * MostStepsPerFault / 8}");
        string[] length = [epochs, "training.evaluate_every_epochs=100", "optimizer.learning_rate=0.002"];
        var quiet = Stopwatch.StartNew();
        await cluster.StartAsync("quiet", length);
        await cluster.WaitUntilCompletedAsync("quiet", 3600);
        TimeSpan undisturbed = Training("quiet");
        Say($"{count} faults, seed {seed}; undisturbed in the same cluster: {undisturbed.TotalSeconds:0.0} s of training");

        var random = new Random(seed);
        var recoveries = new Dictionary<string, List<double>>();
        await cluster.StartAsync("soak", length);
        for (int fault = 1; fault <= count; fault++)
        {
            long step = fault * StepsPerFault;
            string kind = Pick(random);
            await cluster.WaitForStepAsync("soak", step - StepsPerFault + 1, 600);
            DateTimeOffset struck = await StrikeAsync(kind, Points[random.Next(Points.Length)], cluster.Silos[random.Next(cluster.Silos.Count)], step);
            await Waiting.ForAsync("a training step after the fault", () => LastStep("soak") > struck, 600, () => cluster.Story("soak"));
            DateTimeOffset seen = DateTimeOffset.UtcNow;
            double seconds = LongestPause("soak", struck);
            (recoveries.TryGetValue(kind, out List<double>? times) ? times : recoveries[kind] = []).Add(seconds);
            Say($"{fault}: {kind}, no step for {seconds:0.0} s; a step after it {(seen - struck).TotalSeconds:0.0} s later");
            await cluster.WaitUntilWholeAsync();
        }

        await cluster.WaitUntilCompletedAsync("soak", 1200);
        Invariants.AssertHold(cluster.Folder("quiet"), cluster.Folder("soak"));
        TimeSpan wall = Training("soak");
        Say($"goodput {undisturbed / wall:0.000}: {undisturbed.TotalSeconds:0.0} s of {wall.TotalSeconds:0.0} s");
        foreach ((string kind, List<double> times) in recoveries.OrderBy(pair => pair.Key))
        {
            times.Sort();
            Say($"{kind}: {times.Count} times, no step for median {times[times.Count / 2]:0.0} s, longest {times[^1]:0.0} s");
        }
    }

    private static string Pick(Random random) => random.Next(100) switch
    {
        < 70 => "SIGKILL at a point",
        < 85 => "SIGSTOP 2 s at a point",
        < 95 => "SIGTERM",
        < 98 => "Redis restarted",
        _ => "all silos killed",
    };

    private async Task<DateTimeOffset> StrikeAsync(string kind, string point, SiloNode silo, long step)
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        switch (kind)
        {
            case "SIGKILL at a point":
                cluster.Order(point, step, 9);
                SiloNode killed = await cluster.WaitUntilStruckAsync(point);
                now = DateTimeOffset.UtcNow;
                await killed.Process.WaitForExitAsync();
                break;
            case "SIGSTOP 2 s at a point":
                cluster.Order(point, step, 19);
                SiloNode stopped = await cluster.WaitUntilStruckAsync(point);
                now = DateTimeOffset.UtcNow;
                await Task.Delay(TimeSpan.FromSeconds(2));
                stopped.Process.Signal("CONT");
                break;
            case "SIGTERM":
                silo.Process.Signal("TERM");
                Assert.Equal(143, await silo.Process.WaitForExitAsync());
                break;
            case "Redis restarted":
                cluster.Redis.Kill();
                await cluster.Redis.StartAsync();
                break;
            default:
                foreach (SiloNode one in cluster.Silos)
                {
                    one.Process.Kill();
                }

                await cluster.WaitUntilWholeAsync();
                break;
        }

        return now;
    }

    /// <summary>From the first step to the last word.</summary>
    private TimeSpan Training(string run)
    {
        RunEvent[] told = Invariants.Events(cluster.Folder(run));
        return told[^1].Time - told.OfType<StatusEvent>().First(e => e.Message.StartsWith("Training from", StringComparison.Ordinal)).Time;
    }

    private DateTimeOffset LastStep(string run) => cluster.TailOf(run).OfType<StepEvent>().Select(step => step.Time).LastOrDefault();

    /// <summary>The longest time without a step since the fault: to the next one, where it kills; where a silo drains the run goes on until it moves.</summary>
    private double LongestPause(string run, DateTimeOffset struck)
    {
        DateTimeOffset[] steps = [.. Invariants.Told(cluster.Folder(run)).OfType<StepEvent>().Select(step => step.Time)];
        return steps.Zip(steps.Skip(1))
            .Where(pair => pair.Second > struck)
            .Max(pair => (pair.Second - (pair.First > struck ? pair.First : struck)).TotalSeconds);
    }

    private static void Say(string line) => TestContext.Current.TestOutputHelper!.WriteLine(line);
}
