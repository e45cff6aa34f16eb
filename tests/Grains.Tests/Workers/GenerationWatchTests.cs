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
        await LeftWorker.UntilReleasedAsync(silo, run, generation, 0, "m0", configuration);
    }

    [Fact]
    public async Task Look_RunWasNeverStarted_WorkerStays()
    {
        string run = silo.NewFolder();
        Assert.False(await silo.Grains.GetGrain<IRunGrain>(run).IsOverAsync(1, null, 0)); // who calls workers without a run, as a benchmark does, keeps them
    }

    [Theory]
    [InlineData("digits/g12@127.0.0.1:1@2", "digits", 12)]
    [InlineData("digits/g3/s0/g4@127.0.0.1:1@2", "digits", 3)]
    [InlineData("/runs/good/run1/g1/s0@127.0.0.1:1@2", "/runs/good/run1", 1)]
    public void GenerationOf_Key_IsWhatItWasMadeOf(string key, string run, int generation) => Assert.Equal((run, generation), WorkerKey.GenerationOf(key));
}
