using Actors.Contracts.Runs;
using Actors.Grains.Runs;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Providers;
using Orleans.Storage;

namespace Actors.Grains.Tests;

/// <summary>A silo's default storage, which can be away; with what tests look at and write in it behind the grains' backs.</summary>
internal sealed class BreakableStorage(IGrainStorage inner) : IGrainStorage
{
    private const string Inner = "inner";

    /// <summary>True: nothing is written.</summary>
    public bool IsAway { get; set; }

    /// <summary>Asked at each write with the name of what is written; true: it is refused.</summary>
    public Func<string, bool> Refuses { get; set; } = _ => false;

    /// <summary>Asked at each write with the name of what is written; true: it is written, but whoever writes it gets no answer in time.</summary>
    public Func<string, bool> Hangs { get; set; } = _ => false;

    /// <summary>Waited for at each write, which it is given the name of.</summary>
    public Func<string, Task> Before { get; set; } = _ => Task.CompletedTask;

    /// <summary>The storage of a silo that it was installed in.</summary>
    public static BreakableStorage Of(SiloFixture silo) =>
        (BreakableStorage)silo.Services.GetRequiredKeyedService<IGrainStorage>(ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME);

    /// <summary>Puts it into a silo.</summary>
    public static void Install(ISiloBuilder silo)
    {
        silo.AddMemoryGrainStorage(Inner);
        silo.Services.AddKeyedSingleton<IGrainStorage>(
            ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME, (services, _) => new BreakableStorage(services.GetRequiredKeyedService<IGrainStorage>(Inner)));
    }

    /// <summary>What is kept of a run.</summary>
    public async Task<RunRecord> ReadAsync(string run)
    {
        var kept = new GrainState<RunRecord>(new RunRecord());
        await inner.ReadStateAsync("run", Id(run), kept);
        return kept.State!;
    }

    /// <summary>Keeps something of a run, as another activation does.</summary>
    public async Task WriteAsync(string run, Func<RunRecord, RunRecord> change)
    {
        var kept = new GrainState<RunRecord>(new RunRecord());
        await inner.ReadStateAsync("run", Id(run), kept);
        kept.State = change(kept.State!);
        await inner.WriteStateAsync("run", Id(run), kept);
    }

    /// <summary>Changes every run of the list that is kept.</summary>
    public async Task ChangeListAsync(GrainId list, Func<RegisteredRun, RegisteredRun> change)
    {
        var kept = new GrainState<RunDirectoryState>(new RunDirectoryState());
        await inner.ReadStateAsync("runs", list, kept);
        kept.State!.Runs = kept.State.Runs.ToDictionary(run => run.Key, run => change(run.Value));
        await inner.WriteStateAsync("runs", list, kept);
    }

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => inner.ReadStateAsync(stateName, grainId, grainState);

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (IsAway || Refuses(stateName))
        {
            throw new IOException("The storage is away.");
        }

        await Before(stateName);
        bool hangs = Hangs(stateName);
        await inner.WriteStateAsync(stateName, grainId, hangs ? new GrainState<T>(grainState.State!, grainState.ETag) : grainState);
        if (hangs)
        {
            throw new TimeoutException("The storage does not answer.");
        }
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => inner.ClearStateAsync(stateName, grainId, grainState);

    private static GrainId Id(string run) => GrainId.Create("run", run);
}
