using System.Diagnostics.Metrics;
using Actors.Contracts.Events;
using Actors.Contracts.Runs;
using Actors.Grains.Tests.Diagnostics;
using Actors.Grains.Tests.Runs;
using Actors.Tests;
using Microsoft.Extensions.DependencyInjection;

namespace Actors.Grains.Tests.Federation;

/// <summary>Rounds of actors against rounds in one thread.</summary>
public sealed class FederatedRunTests(SiloFixture silo) : IClassFixture<SiloFixture>
{
    public static TheoryData<string, double, double, string, double, string> Rounds => new()
    {
        { "fedavg", 1, 0, "keep", 1, "step" },
        { "fedavg", 0.5, 0.3, "reset", 1, "step" },
        { "fedavgm", 0.8, 0, "keep", 1, "round" },
        { "fedadam", 0.05, 0.1, "keep", 0.5, "step" },
        { "fedadam", 0.05, 0, "reset", 0.5, "round" },
    };

    [Theory]
    [MemberData(nameof(Rounds))]
    public async Task Run_Federated_EqualsTheLocalTrainerBitForBit(string server, double rate, double proximal, string state, double fraction, string balance)
    {
        RunConfiguration configuration = TestRun.Federated(
            With(server, rate) with { Proximal = proximal, OptimizerState = state, Fraction = fraction, Balance = balance }, shards: 4);
        string folder = silo.NewFolder();
        IReadOnlyList<RunEvent> events = await silo.RunAsync(configuration, folder);
        OracleTests.AssertCompleted(events);

        long steps = events.OfType<StepEvent>().Last().Step;
        Weights.AssertSameBits(LocalRun.Train(configuration, steps), Weights.Of(folder, steps));
    }

    [Fact]
    public async Task Run_WeighedByTheShardsOwnSamples_EqualsTheLocalTrainerBitForBit()
    {
        // 43, 43 and 42 samples.
        RunConfiguration trained = TestRun.Federated(TestRun.Rounds, shards: 3), own = TestRun.Federated(TestRun.Rounds with { Weights = "own" }, shards: 3);
        string folder = silo.NewFolder();
        IReadOnlyList<RunEvent> events = await silo.RunAsync(own, folder);
        OracleTests.AssertCompleted(events);

        long steps = events.OfType<StepEvent>().Last().Step;
        SortedDictionary<string, float[]> expected = LocalRun.Train(own, steps);
        Weights.AssertSameBits(expected, Weights.Of(folder, steps));
        Assert.Contains(LocalRun.Train(trained, steps), module => !module.Value.SequenceEqual(expected[module.Key]));
    }

    [Fact]
    public async Task Run_BatchStatistics_AreTheMeanWhateverTheServerOptimizer()
    {
        RunConfiguration configuration = TestRun.Federated(With("fedadam", 0.05));
        configuration = configuration with { Modalities = [.. configuration.Modalities.Select(m => m with { Encoder = "lenet" })] };
        string folder = silo.NewFolder();
        IReadOnlyList<RunEvent> events = await silo.RunAsync(configuration, folder);
        OracleTests.AssertCompleted(events);

        long steps = events.OfType<StepEvent>().Last().Step;
        SortedDictionary<string, float[]> weights = Weights.Of(folder, steps);
        Weights.AssertSameBits(LocalRun.Train(configuration, steps), weights);
        Assert.Contains(weights.Keys, name => name.Contains("running_var", StringComparison.Ordinal));
        Assert.All(
            weights.Where(pair => pair.Key.Contains("running_var", StringComparison.Ordinal)),
            pair => Assert.All(pair.Value, value => Assert.True(value > 0)));
    }

    [Theory]
    [InlineData("fedavg", "keep", "step")]
    [InlineData("fedadam", "keep", "round")]
    [InlineData("fedavgm", "reset", "step")]
    public async Task Run_StoppedAndResumedTwice_EqualsNeverStoppedBitForBit(string server, string state, string balance)
    {
        RunConfiguration configuration = TestRun.Federated(
            With(server, 0.5) with { OptimizerState = state, Balance = balance, Fraction = 0.5 }, shards: 4, epochs: 3);
        string straight = silo.NewFolder(), stopped = silo.NewFolder();
        long steps = (await silo.RunAsync(configuration, straight)).OfType<StepEvent>().Last().Step;
        foreach (int at in new[] { 3, 12 })
        {
            await silo.RunAsync(configuration, stopped, at > 3, (run, e) => e is StepEvent && e.Step >= at ? run.StopAsync(false) : Task.CompletedTask);
        }

        OracleTests.AssertCompleted(await silo.RunAsync(configuration, stopped, resume: true));
        Weights.AssertSameBits(Weights.Of(straight, steps, withOptimizer: true), Weights.Of(stopped, steps, withOptimizer: true));
    }

    [Fact]
    public async Task Run_HalfTakesPart_TellsWhoAndCountsTheirSamplesAlone()
    {
        RunConfiguration configuration = TestRun.Federated(TestRun.Rounds with { Fraction = 0.5 }, shards: 4);
        IReadOnlyList<RunEvent> events = await silo.RunAsync(configuration, silo.NewFolder());
        OracleTests.AssertCompleted(events);
        RoundEvent[] rounds = [.. events.OfType<RoundEvent>()];
        Assert.Equal(Enumerable.Range(0, 7).Select(r => (long)r), rounds.Select(r => r.Round)); // every third step, and each epoch's end after eight
        long before = 0;
        Assert.All(rounds, round =>
        {
            Assert.Equal((2, 2), (round.ParticipantCount, round.ContributionCount));
            Assert.Equal((round.Step - before) * 2 * 4, round.SampleCount); // two shards of batch 4
            before = round.Step;
        });
    }

    [Fact]
    public async Task Meter_HalfTakesPart_TellsTheRoundAndCountsTheirSamplesAlone()
    {
        await using var measuredSilo = new SiloFixture();
        await measuredSilo.InitializeAsync();
        using var measured = new Measurements(measuredSilo.Services.GetRequiredService<IMeterFactory>());
        string run = measuredSilo.NewFolder();
        IReadOnlyList<RunEvent> events = await measuredSilo.RunAsync(TestRun.Federated(TestRun.Rounds with { Fraction = 0.5 }, shards: 4), run);
        IReadOnlyDictionary<string, double> series = measured.Collect();
        RoundEvent last = events.OfType<RoundEvent>().Last();
        Assert.Equal(last.Round, series[$"actors.run.round{{run={run}}}"]);
        Assert.Equal(2, series[$"actors.run.round.participants{{run={run}}}"]);
        Assert.Equal(last.SampleCount, series[$"actors.run.round.samples{{run={run}}}"]);
        Assert.Equal(events.OfType<RoundEvent>().Sum(round => round.SampleCount), series[$"actors.run.samples{{run={run}}}"]);
        Assert.Equal(0, series[$"actors.run.contributions.missed{{run={run}}}"]);
    }

    [Fact]
    public async Task Run_Federated_LeavesNoTensors()
    {
        RunConfiguration configuration = TestRun.Federated(With("fedadam", 0.05) with { Proximal = 1 });
        // The first of its kind is measured before it is planned, with modules of its own.
        OracleTests.AssertCompleted(await silo.RunAsync(configuration, silo.NewFolder()));
        long before = TensorLeaks.Baseline();
        OracleTests.AssertCompleted(await silo.RunAsync(configuration, silo.NewFolder()));
        TensorLeaks.AssertNone(before);
    }

    [Fact]
    public async Task Run_TensorsThroughTheCodec_EqualsHandOverBitForBit()
    {
        await using var encoding = new SiloFixture { AlwaysEncode = true };
        await encoding.InitializeAsync();
        RunConfiguration configuration = TestRun.Federated(With("fedadam", 0.05), shards: 4);
        string handed = silo.NewFolder(), encoded = encoding.NewFolder();
        long steps = (await silo.RunAsync(configuration, handed)).OfType<StepEvent>().Last().Step;
        OracleTests.AssertCompleted(await encoding.RunAsync(configuration, encoded));
        Weights.AssertSameBits(Weights.Of(handed, steps, withOptimizer: true), Weights.Of(encoded, steps, withOptimizer: true));
    }

    private static RoundConfiguration With(string server, double rate) =>
        TestRun.Rounds with { Server = TestRun.Rounds.Server with { Name = server, LearningRate = rate } };
}
