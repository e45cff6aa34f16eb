using System.Diagnostics.Metrics;
using Actors.Contracts.Events;
using Actors.Contracts.Runs;
using Microsoft.Extensions.DependencyInjection;

namespace Actors.Grains.Tests.Diagnostics;

public sealed class RunTelemetryTests
{
    [Fact]
    public async Task Meter_RunStoppedAndResumed_CountsEveryStepOnce()
    {
        await using var silo = new SiloFixture();
        await silo.InitializeAsync();
        using var measured = new Measurements(silo.Services.GetRequiredService<IMeterFactory>());
        string run = silo.NewFolder();
        await silo.RunAsync(TestRun.Configuration(), run, false, (grain, e) => e is StepEvent ? grain.StopAsync(false) : Task.CompletedTask);
        Assert.Equal(1, measured.Collect()[$"actors.run.status{{run={run},status=stopped}}"]);
        IReadOnlyList<RunEvent> events = await silo.RunAsync(TestRun.Configuration(), run, resume: true);
        IReadOnlyDictionary<string, double> series = measured.Collect();
        Assert.Equal(events.OfType<StepEvent>().Last().Step, series[$"actors.run.steps{{run={run}}}"]);
        Assert.Equal(2, series[$"actors.run.generation{{run={run}}}"]);
    }

    [Fact]
    public async Task Meter_RunStoppedAtAStepThatIsNotTold_CountsItAndKnowsItsCheckpoint()
    {
        await using var silo = new SiloFixture();
        await silo.InitializeAsync();
        using var measured = new Measurements(silo.Services.GetRequiredService<IMeterFactory>());
        string run = silo.NewFolder();
        RunConfiguration configuration = TestRun.Configuration(epochs: 100);
        configuration = configuration with { Training = configuration.Training with { LogEverySteps = 1000 } };
        IReadOnlyList<RunEvent> events = await silo.RunAsync(
            configuration, run, false, (grain, e) => e is StatusEvent { Status: RunStatus.Running } ? grain.StopAsync(false) : Task.CompletedTask);
        Assert.Equal(events[^1].Step, measured.Collect()[$"actors.run.steps{{run={run}}}"]);
        Assert.Equal(events[^1].Step * 16, measured.Collect()[$"actors.run.samples{{run={run}}}"]);

        CheckpointEvent written = events.OfType<CheckpointEvent>().Last();
        IReadOnlyDictionary<string, double>? begun = null;
        await silo.RunAsync(configuration, run, true, (grain, e) =>
        {
            begun ??= e is StatusEvent { Status: RunStatus.Running } resumed && resumed.Message.StartsWith("Training from", StringComparison.Ordinal)
                ? measured.Collect()
                : null;
            return begun is null ? Task.CompletedTask : grain.StopAsync(true);
        });
        Assert.Equal(written.Time.ToUnixTimeSeconds(), begun![$"actors.checkpoint.time{{run={run}}}"], 5.0);
    }

    [Fact]
    public async Task Meter_RunFails_CountsTheFailure()
    {
        await using var silo = new SiloFixture();
        await silo.InitializeAsync();
        using var measured = new Measurements(silo.Services.GetRequiredService<IMeterFactory>());
        string run = silo.NewFolder();
        RunConfiguration configuration = TestRun.Configuration();
        await silo.RunAsync(configuration with { Placement = configuration.Placement with { Devices = ["cuda:97"] } }, run);
        IReadOnlyDictionary<string, double> series = measured.Collect();
        Assert.Equal(1, series[$"actors.run.failures{{run={run}}}"]);
        Assert.Equal(1, series[$"actors.run.status{{run={run},status=failed}}"]);
    }
}
