using Actors.Contracts.Events;
using Actors.Contracts.Runs;

namespace Actors.Grains.Tests.Runs;

/// <summary>Messages between workers that are lost, or come twice: the run is the undisturbed one, bit for bit.</summary>
public sealed class LostMessageTests(SiloFixture silo) : IClassFixture<SiloFixture>
{
    [Theory]
    [InlineData(false, true)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public async Task Run_MessagesAreLost_EqualsTheUndisturbedBitForBit(bool rounds, bool encode)
    {
        var network = new LossyNetwork { Loss = 0.05 };
        await AssertSameAsync(Configuration(rounds), network, TimeSpan.FromMilliseconds(200), encode);
        Assert.True(network.Lost > 10, $"Only {network.Lost} messages were lost.");
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public async Task Run_MessagesComeTwice_EqualsTheUndisturbedBitForBit(bool rounds, bool encode)
    {
        var once = new LossyNetwork { Loss = 0 };
        await AssertSameAsync(Configuration(rounds), once, TimeSpan.FromMinutes(1), encode);
        var patience = TimeSpan.FromMilliseconds(50);
        var often = new LossyNetwork { Loss = 0, Delay = 2 * patience };
        await AssertSameAsync(Configuration(rounds), often, patience, encode);
        Assert.True(often.Sent > once.Sent + 10, $"Only {often.Sent - once.Sent} of {once.Sent} messages came twice.");
    }

    private static RunConfiguration Configuration(bool rounds) => rounds
        ? TestRun.Federated(TestRun.Rounds with { Server = TestRun.Rounds.Server with { Name = "fedadam", LearningRate = 0.01 }, OptimizerState = "reset" })
        : TestRun.Configuration(shards: 2, batch: 8);

    private async Task AssertSameAsync(RunConfiguration configuration, LossyNetwork network, TimeSpan patience, bool encode)
    {
        await using var disturbed = new SiloFixture { AlwaysEncode = encode, Configure = builder => network.Install(builder, patience) };
        await disturbed.InitializeAsync();
        string expected = silo.NewFolder(), folder = disturbed.NewFolder();
        IReadOnlyList<RunEvent> undisturbed = await silo.RunAsync(configuration, expected), told = await disturbed.RunAsync(configuration, folder);
        Assert.Equal(RunStatus.Completed, ((StatusEvent)told[^1]).Status);
        Assert.DoesNotContain(told.OfType<StatusEvent>(), said => said.IsWarning);
        long steps = undisturbed.OfType<StepEvent>().Last().Step;
        Weights.AssertSameBits(Weights.Of(expected, steps, withOptimizer: true), Weights.Of(folder, steps, withOptimizer: true));
    }
}
