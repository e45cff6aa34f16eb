using System.Diagnostics;
using Actors.Contracts.Events;
using Actors.Contracts.Runs;
using Actors.Grains.Tests.Runs;
using Actors.Grains.Workers;
using Microsoft.Extensions.DependencyInjection;

namespace Actors.Grains.Tests.Workers;

/// <summary>Workers that ask all the time whether their generation is over.</summary>
public sealed class GenerationWatchTests : IAsyncLifetime
{
    private readonly SiloFixture silo = new()
    {
        Configure = builder => builder.Services.Configure<WorkerCallOptions>(options => options.BetweenLooks = TimeSpan.FromMilliseconds(20)),
    };

    public ValueTask InitializeAsync() => silo.InitializeAsync();

    public ValueTask DisposeAsync() => silo.DisposeAsync();

    [Theory]
    [InlineData(1)] // lost before the generation that ended the run
    [InlineData(2)] // that one
    public async Task Look_GenerationIsOverAndNobodyReleasesTheWorker_ItReleasesItself(int generation)
    {
        RunConfiguration configuration = TestRun.Configuration();
        string run = silo.NewFolder();
        await silo.RunAsync(configuration, run, false, (grain, e) => e is StepEvent { Step: >= 3 } ? grain.StopAsync(false) : Task.CompletedTask);
        OracleTests.AssertCompleted(await silo.RunAsync(configuration, run, resume: true)); // also: no worker goes while its generation is under way
        IEncoderGrain left = silo.Grains.GetGrain<IEncoderGrain>(WorkerKey.Encoder(run, generation, 0, "m0", silo.Silo));
        try
        {
            await left.PrepareAsync(Order(run, generation, configuration));
        }
        catch (WorkerException failure) when (failure.IsLost)
        {
            // It looked before it was ready, and was released under its own hands.
        }

        var since = Stopwatch.StartNew();
        while (await AnswersAsync(left))
        {
            Assert.True(since.Elapsed < TimeSpan.FromSeconds(60), "Waited 60 s for the worker of an ended generation to release itself.");
            await Task.Delay(20, TestContext.Current.CancellationToken); // between looks
        }
    }

    [Fact]
    public async Task Look_RunWasNeverStarted_WorkerStays()
    {
        string run = silo.NewFolder();
        Assert.False(await silo.Grains.GetGrain<IRunGrain>(run).IsOverAsync(1)); // who calls workers without a run, as a benchmark does, keeps them
    }

    [Theory]
    [InlineData("digits/g12@127.0.0.1:1@2", "digits", 12)]
    [InlineData("digits/g3/s0/g4@127.0.0.1:1@2", "digits", 3)]
    [InlineData("/runs/good/run1/g1/s0@127.0.0.1:1@2", "/runs/good/run1", 1)]
    public void GenerationOf_Key_IsWhatItWasMadeOf(string key, string run, int generation) => Assert.Equal((run, generation), WorkerKey.GenerationOf(key));

    private static async Task<bool> AnswersAsync(IEncoderGrain encoder)
    {
        try
        {
            using InferredBatch batch = await encoder.InferAsync(Learning.Data.Split.Validation, [0]);
            return true;
        }
        catch (WorkerException)
        {
            return false;
        }
    }

    private WorkerOrder Order(string run, int generation, RunConfiguration configuration) => new()
    {
        Run = run, Generation = generation, Configuration = configuration, Shard = 0, Modality = 0, Device = "cpu:0", FeatureCounts = [],
        EncoderSilos = [], BalancerSilo = silo.Silo, ReducerSilos = [silo.Silo],
    };
}
