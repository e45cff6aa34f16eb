using System.Diagnostics;
using Actors.Contracts.Runs;
using Actors.Grains.Reduction;
using Actors.Grains.Runs;
using Actors.Grains.Workers;
using Actors.Tests;
using Microsoft.Extensions.DependencyInjection;

namespace Actors.Grains.Tests.Runs;

public sealed class RunWorkersTests(SiloFixture silo) : IClassFixture<SiloFixture>
{
    [Fact]
    public async Task Save_CannotBeWritten_NamesTheFileAndTrainingGoesOn()
    {
        RunConfiguration configuration = TestRun.Configuration(shards: 2, batch: 8);
        var workers = new RunWorkers(silo.Grains, silo.Services.GetRequiredService<WorkerCalls>(), "unsaved", 1, configuration);
        await workers.PrepareAsync(await silo.PlanAsync(configuration));
        await workers.TrainAsync(0, 3);
        string absent = Path.Combine(silo.Root, "absent");
        WorkerException failure = await Assert.ThrowsAsync<WorkerException>(() => workers.SaveAsync(absent));
        Assert.Contains(absent, failure.Message);
        Assert.Equal(2, (await workers.TrainAsync(3, 6)).Length);
        await workers.ReleaseAsync();
    }

    [Fact]
    public async Task Prepare_NotWantedAnyMoreWhenEncodersAreReady_BeginsNoFusion()
    {
        RunConfiguration configuration = TestRun.Configuration();
        var workers = new RunWorkers(silo.Grains, silo.Services.GetRequiredService<WorkerCalls>(), "unwanted", 1, configuration);
        int asked = 0;
        RunPlan plan = await silo.PlanAsync(configuration);
        await Assert.ThrowsAsync<RunStoppedException>(() => workers.PrepareAsync(plan, () => _ = ++asked == 2 ? throw new RunStoppedException() : asked));
        Assert.Contains("not prepared", (await Assert.ThrowsAsync<WorkerException>(() => workers.Fusion(0).SaveAsync(silo.Root, true))).Message);
        await workers.ReleaseAsync();
    }

    [Fact]
    public async Task Prepare_ShardMovedToWhereWorkersOfItWereLeft_MakesThemAnew()
    {
        RunConfiguration configuration = TestRun.Configuration();
        var workers = new RunWorkers(silo.Grains, silo.Services.GetRequiredService<WorkerCalls>(), "moved", 1, configuration);
        RunPlan plan = await silo.PlanAsync(configuration);
        await workers.PrepareAsync(plan);
        ShardReport first = Assert.Single(await workers.TrainAsync(0, 1));
        await workers.PrepareAsync(0, () => { });
        Assert.NotEqual(first.Fused.LossSum, Assert.Single(await workers.TrainAsync(1, 2)).Fused.LossSum); // a repeat: they have learnt, and go on
        workers.Plan.Move(0, plan.Workers); // away and back; nobody could tell those that were left
        await workers.PrepareAsync(0, () => { });
        Assert.Equal(first.Fused.LossSum, Assert.Single(await workers.TrainAsync(0, 1)).Fused.LossSum);
        await workers.ReleaseAsync();
    }

    [Fact]
    public async Task Train_FilesVanishAndWhatIsToldOfItIsLost_EndsAllShardsAndLeavesNoTensors()
    {
        long before = TensorLeaks.Baseline();
        var network = new FirstMessageLost(nameof(IReducerGrain.AbortAsync), nameof(IEncoderGrain.ReleaseAsync));
        await using var disturbed = new SiloFixture { Configure = network.Install };
        await disturbed.InitializeAsync();
        string data = disturbed.NewFolder();
        RunConfiguration configuration = Sounds.Configuration(data, "mlb");
        var workers = new RunWorkers(disturbed.Grains, disturbed.Services.GetRequiredService<WorkerCalls>(), data, 1, configuration);
        await workers.PrepareAsync(await disturbed.PlanAsync(configuration));
        await workers.TrainAsync(0, 1);
        Sounds.Vanish(data);
        WorkerException failure = await Assert.ThrowsAsync<WorkerException>(() =>
            workers.TrainAsync(1, 40).WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken));
        Assert.Contains(".wav", failure.Message);
        await workers.ReleaseAsync();
        Assert.Equal(2 + 4 + 4, network.Lost); // balancer and reducer; what ends the workers' waits, and what releases them
        TensorLeaks.AssertNone(before);
    }

    [Fact]
    public async Task Train_WhatShardsWaitForIsCutOffFromTheRun_EndsThemAllTheSame()
    {
        long before = TensorLeaks.Baseline();
        var network = new Parted();
        await using var parted = new SiloFixture
        {
            Configure = builder => builder.AddOutgoingGrainCallFilter(network).AddIncomingGrainCallFilter(new LastShardFails(3)),
        };
        await parted.InitializeAsync();
        RunConfiguration configuration = TestRun.Configuration(shards: 2);
        var workers = new RunWorkers(parted.Grains, parted.Services.GetRequiredService<WorkerCalls>(), "parted", 1, configuration);
        await workers.PrepareAsync(await parted.PlanAsync(configuration));
        WorkerException failure = await Assert.ThrowsAsync<WorkerException>(() =>
            workers.TrainAsync(0, 8).WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken));
        Assert.Contains("fails at step 3", failure.Message);
        Assert.True(network.Lost > 1, "Reducer and balancer were told.");
        network.IsHealed = true;
        await workers.ReleaseAsync();
        TensorLeaks.AssertNone(before);
    }

    [Fact]
    public async Task Abort_WorkerIsOpeningItsData_DoesNotWaitForThat()
    {
        string data = silo.NewFolder();
        RunConfiguration configuration = Sounds.Configuration(data, "mlb");
        RunPlan plan = await silo.PlanAsync(configuration);
        string pipe = configuration.Data.Path!;
        File.Delete(pipe);
        using (Process made = Process.Start("mkfifo", [pipe])) // nobody writes: whoever reads it waits
        {
            await made.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        var workers = new RunWorkers(silo.Grains, silo.Services.GetRequiredService<WorkerCalls>(), data, 1, configuration);
        Task preparing = workers.PrepareAsync(plan);
        try
        {
            await Waiting.ForAsync("the workers to be told", async () =>
            {
                await workers.AbortAsync("told so");
                return preparing.IsCompleted;
            });
            Assert.Equal("told so", (await Assert.ThrowsAsync<WorkerException>(() => preparing)).Message);
        }
        finally
        {
            await File.Open(pipe, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite).DisposeAsync(); // who still reads it finds its end
        }
    }

    [Theory]
    [InlineData("joint")] // shards wait for each other in the reduction
    [InlineData("mlb")] // and in the exchange
    public async Task Train_FilesVanish_EndsAllShardsNamingWorkerAndFileAndLeavesNoTensors(string method)
    {
        long before = TensorLeaks.Baseline();
        string data = silo.NewFolder();
        RunConfiguration configuration = Sounds.Configuration(data, method);
        var workers = new RunWorkers(silo.Grains, silo.Services.GetRequiredService<WorkerCalls>(), data, 1, configuration);
        await workers.PrepareAsync(await silo.PlanAsync(configuration));
        await workers.TrainAsync(0, 1);
        Sounds.Vanish(data); // but for the few batches that were read ahead
        WorkerException failure = await Assert.ThrowsAsync<WorkerException>(() => workers.TrainAsync(1, 40));
        Assert.Contains("Encoder 'sound'", failure.Message);
        Assert.Contains("cpu:0, shard", failure.Message);
        Assert.Contains("at step", failure.Message);
        Assert.Contains(".wav", failure.Message);
        await workers.ReleaseAsync();
        TensorLeaks.AssertNone(before);
    }

    /// <summary>Cuts reducer and balancer off from the run alone: they are not told that the generation is over.</summary>
    private sealed class Parted : IOutgoingGrainCallFilter
    {
        private int lost;

        public bool IsHealed { get; set; }

        public int Lost => lost;

        public Task Invoke(IOutgoingGrainCallContext context)
        {
            if (IsHealed || context.MethodName != nameof(IReducerGrain.AbortAsync) || context.InterfaceName.Contains("Module", StringComparison.Ordinal))
            {
                return context.Invoke();
            }

            Interlocked.Increment(ref lost);
            throw new TimeoutException("parted");
        }
    }

    /// <summary>Has the encoders of the second shard fail at a step, before the others hear of it.</summary>
    private sealed class LastShardFails(long step) : IIncomingGrainCallFilter
    {
        public Task Invoke(IIncomingGrainCallContext context) =>
            context.MethodName == nameof(IEncoderGrain.EncodeAsync) && step.Equals(context.Request.GetArgument(0))
                && context.TargetId.Key.ToString()!.Contains("/s1", StringComparison.Ordinal)
                ? throw new WorkerException($"It fails at step {step}.")
                : context.Invoke();
    }
}
