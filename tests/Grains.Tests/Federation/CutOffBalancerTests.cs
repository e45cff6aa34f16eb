using Actors.Contracts.Events;
using Actors.Contracts.Runs;
using Actors.Grains.Balancing;
using Actors.Grains.Workers;

namespace Actors.Grains.Tests.Federation;

/// <summary>A run that cannot reach the balancer of its first generation, though the shards can, when shard 1 is lost.</summary>
public sealed class CutOffBalancerTests : IAsyncLifetime
{
    private readonly CutOff cutOff = new();
    private readonly SiloFixture silo;

    public CutOffBalancerTests() => silo = new SiloFixture
    {
        Configure = builder => builder.AddIncomingGrainCallFilter(new ShardIsLost()).AddOutgoingGrainCallFilter(cutOff),
    };

    public ValueTask InitializeAsync() => silo.InitializeAsync();

    public ValueTask DisposeAsync() => silo.DisposeAsync();

    [Fact]
    public async Task Run_BalancerCannotBeToldOfALostShard_GoesOnInTheNextGeneration()
    {
        RunConfiguration configuration = TestRun.Federated(TestRun.Rounds with { Minimum = 2, Balance = "step" }, shards: 3);
        IReadOnlyList<RunEvent> events = await silo.RunAsync(configuration, silo.NewFolder())
            .WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken); // the other shards wait for the lost one's scores
        Assert.Equal(RunStatus.Completed, Assert.IsType<StatusEvent>(events[^1]).Status);
        Assert.True(cutOff.HasCut);
        Assert.Contains(events.OfType<StatusEvent>(), told => told.Message.Contains(CutOff.Cause, StringComparison.Ordinal));
    }

    private sealed class ShardIsLost : IIncomingGrainCallFilter
    {
        private int losses;

        public Task Invoke(IIncomingGrainCallContext context) =>
            context.MethodName == nameof(IEncoderGrain.EncodeAsync)
                && context.TargetId.Key.ToString()!.Contains("/s1/", StringComparison.Ordinal)
                && 10L.Equals(context.Request.GetArgument(0)) && Interlocked.Exchange(ref losses, 1) == 0
                ? throw new SiloUnavailableException("The test took the silo away.")
                : context.Invoke();
    }

    /// <summary>The run alone says these things to balancers.</summary>
    private sealed class CutOff : IOutgoingGrainCallFilter
    {
        public const string Cause = "The test cut the balancer off.";

        public bool HasCut { get; private set; }

        public Task Invoke(IOutgoingGrainCallContext context)
        {
            string key = context.TargetId.Key.ToString()!;
            bool isCut = context.TargetId.Type.ToString() == "balancer" && key.Contains("/g1@", StringComparison.Ordinal)
                && context.MethodName is nameof(IBalancerGrain.DropAsync) or nameof(IBalancerGrain.AbortAsync);
            HasCut |= isCut;
            return isCut ? throw new WorkerException(Cause, isLost: true) : context.Invoke();
        }
    }
}
