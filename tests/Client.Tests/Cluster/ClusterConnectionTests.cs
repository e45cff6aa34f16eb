using System.Collections.Immutable;
using System.Net;
using Actors.Client.Cluster;
using Actors.Client.Tests.Configuration;
using Actors.Contracts.Runs;
using Actors.Grains.Placement;
using Actors.Tests;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace Actors.Client.Tests.Cluster;

/// <summary>A console whose way to one of two gateways breaks, while both silos live.</summary>
public sealed class ClusterConnectionTests : IAsyncLifetime
{
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(1);

    private readonly BreakableGateway[] ways = [new(), new()];
    private readonly List<IHost> silos = [];
    private readonly TaskCompletionSource release = new();
    private readonly QuickTime time = new();
    private readonly StringWriter warnings = new();
    private BreakableGateway? cut;
    private int asked;

    public async ValueTask InitializeAsync()
    {
        IPEndPoint? primary = null;
        foreach (BreakableGateway way in ways)
        {
            IHost silo = Build(primary, way);
            silos.Add(silo);
            way.Target = silo.Services.GetRequiredService<IOptions<EndpointOptions>>().Value.GatewayListeningEndpoint!.Port;
            await silo.StartAsync(TestContext.Current.CancellationToken);
            primary ??= silo.Services.GetRequiredService<ILocalSiloDetails>().SiloAddress.Endpoint;
        }
    }

    public async ValueTask DisposeAsync()
    {
        release.TrySetResult();
        foreach (IHost silo in Enumerable.Reverse(silos))
        {
            await silo.StopAsync();
            silo.Dispose();
        }

        foreach (BreakableGateway way in ways)
        {
            await way.DisposeAsync();
        }
    }

    [Fact]
    public async Task AskLongAsync_WayToTheGatewayThatWasAskedIsCut_EndsOnceItWasSilentForLong()
    {
        await using ClusterConnection connection = await OpenAsync();
        Task<RunPlan> answer = await AskAndCutAsync(connection, AskAsync);

        time.Skip(TimeSpan.FromSeconds(90));

        SiloUnavailableException lost = await Assert.ThrowsAsync<SiloUnavailableException>(
            () => answer.WaitAsync(Bound, TestContext.Current.CancellationToken));
        Assert.Equal($"Gateway 127.0.0.1:{cut!.Port}, which was asked, does not answer any more.", lost.Message);
    }

    [Fact]
    public async Task AskLongAsync_WayIsMendedInTime_BringsTheAnswer()
    {
        await using ClusterConnection connection = await OpenAsync();
        Task<RunPlan> answer = await AskAndCutAsync(connection, AskAsync);
        await Waiting.ForAsync("a word of the silence", () => $"{warnings}".Contains("has said nothing for", StringComparison.Ordinal));

        cut!.IsClosed = false;
        release.SetResult();

        Assert.Empty((await answer.WaitAsync(Bound, TestContext.Current.CancellationToken)).Workers);
        Assert.Equal(1, asked);
    }

    [Fact]
    public async Task AskAsync_LongQuestionIsLost_IsAskedAgainThroughTheOtherGateway()
    {
        await using ClusterConnection connection = await OpenAsync();
        Task<RunPlan> answer = await AskAndCutAsync(connection, one => one.AskAsync(AskAsync));

        time.Skip(TimeSpan.FromMinutes(30));
        await Waiting.ForAsync("the question, a second time", () => asked == 2);
        release.SetResult();

        Assert.Empty((await answer.WaitAsync(Bound, TestContext.Current.CancellationToken)).Workers);
    }

    private static Task<RunPlan> AskAsync(ClusterConnection connection) => connection.AskLongAsync(
        one => one.Planner.PlanAsync(Configurations.Resolve(Configurations.Shortest), goesOn: false),
        TestContext.Current.CancellationToken);

    private async Task<Task<RunPlan>> AskAndCutAsync(ClusterConnection connection, Func<ClusterConnection, Task<RunPlan>> question)
    {
        GatewayClient first = connection.Client;
        cut = ways.Single(way => way.Port == first.Gateway.Port); // whichever was first to answer
        Task<RunPlan> answer = question(connection);
        await Waiting.ForAsync("the question", () => asked == 1);
        cut.IsClosed = true;
        Assert.NotEqual(0, cut.Cut());
        await Waiting.ForAsync("the move to the other gateway", () => connection.Client != first);
        Assert.NotEqual(cut.Port, connection.Client.Gateway.Port);
        return answer;
    }

    private Task<ClusterConnection> OpenAsync()
    {
        string address = string.Join(',', ways.Select(way => $"127.0.0.1:{way.Port}"));
        return ClusterConnection.OpenAsync(
            ClusterEntrance.Parse(address, "--cluster"), ClusterConnection.DefaultId, $"--cluster {address}", warnings, time,
            TestContext.Current.CancellationToken);
    }

    private IHost Build(IPEndPoint? primary, BreakableGateway way) => EmbeddedSilo.Build(silo =>
    {
        silo.Services.AddSingleton(new SiloResources(["cpu:0"], ThreadsPerDevice: 2, ImmutableDictionary<string, string>.Empty));
        silo.AddIncomingGrainCallFilter(async call =>
        {
            if (call.MethodName != nameof(IPlannerGrain.PlanAsync))
            {
                await call.Invoke();
                return;
            }

            Interlocked.Increment(ref asked);
            await release.Task;
            call.Result = new RunPlan { Workers = [], Lines = [], Faults = [] };
        });
        silo.Configure<ClusterOptions>(options => options.ClusterId = ClusterConnection.DefaultId);
        silo.Configure<EndpointOptions>(options => options.GatewayPort = way.Port);
        if (primary is not null)
        {
            silo.UseDevelopmentClustering(primary);
        }
    });
}
