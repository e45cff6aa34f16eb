using Actors.Contracts.Runs;
using Actors.Grains.Runs;
using Actors.Grains.Workers;
using Actors.Tests;
using Microsoft.Extensions.DependencyInjection;

namespace Actors.Grains.Tests.Workers;

/// <summary>Encoders that go ahead of each other within a piece.</summary>
public sealed class ShardEncodersTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData(false)]
    [InlineData(true)] // what was encoded ahead is dropped
    public async Task Learn_OneEncoderStillLearns_TheOtherEncodesTheNextStep(bool aborted)
    {
        long before = TensorLeaks.Baseline();
        HeldCall learn = new(nameof(IEncoderGrain.LearnAsync), 0L), ahead = new(nameof(IEncoderGrain.EncodeAsync), 1L);
        await using var silo = new SiloFixture { Configure = builder => builder.AddIncomingGrainCallFilter(learn).AddIncomingGrainCallFilter(ahead) };
        await silo.InitializeAsync();
        RunConfiguration configuration = TestRun.Configuration();
        var workers = new RunWorkers(silo.Grains, silo.Services.GetRequiredService<WorkerCalls>(), "ahead", 1, configuration);
        await workers.PrepareAsync(await silo.PlanAsync(configuration));
        Task<ShardReport[]> training = workers.TrainAsync(0, 2);
        try
        {
            await learn.Held.WaitAsync(Bound, TestContext.Current.CancellationToken);
            await ahead.Held.WaitAsync(Bound, TestContext.Current.CancellationToken);
            if (aborted)
            {
                await workers.Fusion(0).AbortAsync("told so");
            }
        }
        finally
        {
            learn.Release();
            ahead.Release();
        }

        if (aborted)
        {
            WorkerException refused = await Assert.ThrowsAsync<WorkerException>(() => training.WaitAsync(Bound, TestContext.Current.CancellationToken));
            Assert.Equal("told so", refused.Message);
        }
        else
        {
            Assert.Single(await training.WaitAsync(Bound, TestContext.Current.CancellationToken));
        }

        await workers.ReleaseAsync();
        TensorLeaks.AssertNone(before);
    }

    [Fact]
    public async Task Train_EndOfAPiece_EncodesNothingAhead()
    {
        var ahead = new HeldCall(nameof(IEncoderGrain.EncodeAsync), 2L);
        await using var silo = new SiloFixture { Configure = builder => builder.AddIncomingGrainCallFilter(ahead) };
        await silo.InitializeAsync();
        RunConfiguration configuration = TestRun.Configuration();
        var workers = new RunWorkers(silo.Grains, silo.Services.GetRequiredService<WorkerCalls>(), "ends", 1, configuration);
        await workers.PrepareAsync(await silo.PlanAsync(configuration));
        await workers.TrainAsync(0, 2);
        await workers.ReleaseAsync(); // after whatever encoders were asked before
        Assert.False(ahead.Held.IsCompleted);
    }
}
