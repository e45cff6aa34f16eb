using Actors.Contracts.Runs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Actors.Silo.Tests;

public class EmbeddedSiloTests
{
    [Fact]
    public async Task Start_TwoInOneProcess_DoNotKnowOfEachOther()
    {
        using IHost first = EmbeddedSilo.Build(), second = EmbeddedSilo.Build();
        await first.StartAsync(TestContext.Current.CancellationToken);
        await second.StartAsync(TestContext.Current.CancellationToken);
        foreach (IHost host in new[] { first, second })
        {
            IManagementGrain management = host.Services.GetRequiredService<IGrainFactory>().GetGrain<IManagementGrain>(0);
            Assert.Single(await management.GetHosts(true, TestContext.Current.CancellationToken));
        }

        await first.StopAsync(TestContext.Current.CancellationToken);
        await second.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Get_RunThatWasNeverStarted_SaysSo()
    {
        using IHost host = EmbeddedSilo.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        IRunGrain run = host.Services.GetRequiredService<IGrainFactory>().GetGrain<IRunGrain>("nobody");
        Assert.Contains("nobody", (await Assert.ThrowsAsync<InvalidOperationException>(run.GetAsync)).Message);
        await host.StopAsync(TestContext.Current.CancellationToken);
    }
}
