using System.Diagnostics.Metrics;
using Actors.Contracts.Events;
using Actors.Grains.Tests.Runs;
using Microsoft.Extensions.DependencyInjection;

namespace Actors.Grains.Tests.Diagnostics;

/// <summary>A run of two shards of batch 8, its events and what the meter told of it.</summary>
public sealed class MeasuredRun : IAsyncLifetime
{
    private readonly SiloFixture silo = new() { AlwaysEncode = true };

    public string Run { get; private set; } = "";

    public IReadOnlyList<RunEvent> Events { get; private set; } = [];

    /// <summary>The last step that was told.</summary>
    public StepEvent Step => Events.OfType<StepEvent>().Last();

    public CheckpointEvent[] Checkpoints => [.. Events.OfType<CheckpointEvent>()];

    /// <summary>What is asked of the meter, at the end.</summary>
    public IReadOnlyDictionary<string, double> Series { get; private set; } = new Dictionary<string, double>();

    /// <summary>What it told by itself, added up.</summary>
    public IReadOnlyDictionary<string, (double Sum, long Count)> Told { get; private set; } = new Dictionary<string, (double, long)>();

    public async ValueTask InitializeAsync()
    {
        await silo.InitializeAsync();
        using var measured = new Measurements(silo.Services.GetRequiredService<IMeterFactory>());
        Run = silo.NewFolder();
        Events = await silo.RunAsync(TestRun.Configuration(shards: 2, batch: 8), Run);
        OracleTests.AssertCompleted(Events);
        (Series, Told) = (measured.Collect(), measured.Told());
    }

    public ValueTask DisposeAsync() => silo.DisposeAsync();
}
