using Actors.Contracts.Events;
using Actors.Contracts.Runs;
using Actors.Grains.Tensors;
using Actors.Silo;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Actors.Grains.Tests;

/// <summary>A real silo in this process, and folders that go when it goes.</summary>
public sealed class SiloFixture : IAsyncLifetime
{
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(2);

    private IHost host = null!;
    private int runs;

    /// <summary>True: tensors pass the wire codec also within the silo.</summary>
    public bool AlwaysEncode { get; init; }

    /// <summary>What else the silo is made of.</summary>
    public Action<ISiloBuilder>? Configure { get; init; }

    /// <summary>The most bytes of a tensor in one message; null: as shipped.</summary>
    public int? ChunkBytes { get; init; }

    public IGrainFactory Grains => host.Services.GetRequiredService<IGrainFactory>();

    public IServiceProvider Services => host.Services;

    /// <summary>The silo, as keys have it.</summary>
    public string Silo => Services.GetRequiredService<ILocalSiloDetails>().SiloAddress.ToParsableString();

    /// <summary>Where a run's workers are to be.</summary>
    public Task<RunPlan> PlanAsync(RunConfiguration configuration) => Grains.GetGrain<IPlannerGrain>(0).PlanAsync(configuration, goesOn: false);

    public string Root { get; } = Directory.CreateTempSubdirectory("actors-grains-").FullName;

    public async ValueTask InitializeAsync()
    {
        host = EmbeddedSilo.Build(silo =>
        {
            silo.Services.Configure<TensorTransferOptions>(options =>
                (options.AlwaysEncode, options.ChunkBytes) = (AlwaysEncode, ChunkBytes ?? options.ChunkBytes));
            Configure?.Invoke(silo);
        });
        await host.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        host.Dispose();
        Directory.Delete(Root, recursive: true);
    }

    /// <summary>A folder for a new run.</summary>
    public string NewFolder() => Path.Combine(Root, $"run{Interlocked.Increment(ref runs)}");

    /// <summary>A folder for a new run of the cluster, as its list makes it.</summary>
    public string NewListedFolder()
    {
        string folder = NewFolder();
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, RunFiles.Configuration), "");
        return folder;
    }

    /// <summary>Runs to the end; returns all events.</summary>
    public Task<IReadOnlyList<RunEvent>> RunAsync(RunConfiguration configuration, string folder, bool resume = false) =>
        RunAsync(configuration, folder, resume, (_, _) => Task.CompletedTask);

    /// <summary>Runs to the end, doing something at each event; returns all events.</summary>
    public async Task<IReadOnlyList<RunEvent>> RunAsync(RunConfiguration configuration, string folder, bool resume, Func<IRunGrain, RunEvent, Task> onEvent)
    {
        IRunGrain run = Grains.GetGrain<IRunGrain>(folder);
        await run.StartAsync(new RunOrder { Configuration = configuration, Folder = folder, Resume = resume });
        var events = new List<RunEvent>();
        using var bound = new CancellationTokenSource(Bound);
        await foreach (RunEvent runEvent in run.WatchAsync(null, bound.Token))
        {
            events.Add(runEvent);
            await onEvent(run, runEvent);
        }

        return events;
    }

    public async Task<RunSnapshot> SnapshotAsync(string folder) => await Grains.GetGrain<IRunGrain>(folder).GetAsync();
}
