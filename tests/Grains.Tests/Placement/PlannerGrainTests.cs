using System.Collections.Immutable;
using Actors.Contracts.Events;
using Actors.Contracts.Runs;
using Actors.Grains.Placement;
using Microsoft.Extensions.DependencyInjection;

namespace Actors.Grains.Tests.Placement;

public class PlannerGrainTests
{
    [Fact]
    public async Task Plan_AnotherRunIsInTraining_TakesTheDevicesThatItLeavesIdle()
    {
        await using var silo = new SiloFixture
        {
            Configure = builder => builder.Services.AddSingleton(
                new SiloResources(["cpu:0", "cpu:1", "cpu:2", "cpu:3"], ThreadsPerDevice: 1, ImmutableDictionary<string, string>.Empty)),
        };
        await silo.InitializeAsync();
        RunConfiguration run = TestRun.Configuration(epochs: 100_000);
        run = run with { Placement = run.Placement with { Devices = [] } };
        RunConfiguration other = run with { Name = "other" };
        RunPlan first = await silo.PlanAsync(run);
        RunPlan? beside = null, anew = null;
        await silo.RunAsync(run, silo.NewFolder(), false, async (grain, told) =>
        {
            if (told is StepEvent && beside is null)
            {
                beside = await silo.PlanAsync(other);
                anew = await silo.PlanAsync(run);
                await grain.StopAsync(now: true);
            }
        });
        Assert.Equal(["cpu:0", "cpu:1"], Devices(first));
        Assert.Equal(["cpu:2", "cpu:3"], Devices(beside!));
        Assert.Equal(first.Workers, anew!.Workers); // as after a loss, when its own old workers may still be there
        Assert.Equal(first.Workers, (await silo.PlanAsync(other)).Workers); // its workers were gone before its end was told
    }

    private static IEnumerable<string> Devices(RunPlan plan) => plan.Workers.Select(place => place.Device).Distinct().Order();
}
