using Actors.Contracts.Runs;
using Actors.Grains.Runs;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Providers;
using Orleans.Storage;

namespace Actors.Grains.Tests.Runs;

public sealed class RunDirectoryTests(SiloFixture silo) : IClassFixture<SiloFixture>
{
    private const int MostEnded = 1000;

    [Fact]
    public async Task Ended_MoreRunsThanAreKept_TheOldestIsForgotten()
    {
        DateTimeOffset first = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);
        IGrainStorage storage = silo.Services.GetRequiredKeyedService<IGrainStorage>(ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME);
        IRunDirectoryGrain list = silo.Grains.GetGrain<IRunDirectoryGrain>(0);
        await storage.WriteStateAsync("runs", list.GetGrainId(), new GrainState<RunDirectoryState>(new RunDirectoryState
        {
            Runs = Enumerable.Range(0, MostEnded).Select(n => Ended($"old{n}", first.AddMinutes(n))).ToDictionary(run => run.Configuration.Name),
        }));
        await list.StartAsync(new RunRegistration { Configuration = TestRun.Configuration(epochs: 40) with { Name = "new" }, Folder = silo.NewFolder(), Token = "new", Document = "" });

        Assert.Equal(["new"], await list.UnfinishedAsync());
        Assert.Equal(MostEnded + 1, (await list.ListAsync()).Length);

        await silo.Grains.GetGrain<IRunGrain>("new").StopAsync(now: true);
        using var bound = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while ((await list.ListAsync()).Length > MostEnded)
        {
            await Task.Delay(20, bound.Token); // between looks
        }

        Assert.Empty(await list.UnfinishedAsync());
        Assert.Null(await list.FindAsync("old0"));
        Assert.NotNull(await list.FindAsync("old1"));
        Assert.Equal(RunStatus.Stopped, (await list.FindAsync("new"))!.Status);
    }

    private static RegisteredRun Ended(string name, DateTimeOffset when) => new()
    {
        Configuration = TestRun.Configuration() with { Name = name },
        Folder = "",
        Token = name,
        Status = RunStatus.Completed,
        Step = 16,
        TotalSteps = 16,
        FirstCause = null,
        Started = when,
        Changed = when,
    };
}
