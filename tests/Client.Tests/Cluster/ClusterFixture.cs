using System.Collections.Immutable;
using Actors.Client.Tests.Commands;
using Actors.Contracts.Runs;
using Actors.Grains.Placement;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Core.Internal;

namespace Actors.Client.Tests.Cluster;

/// <summary>A cluster of one real silo in this process, with its gateway open, and a folder that goes when it goes.</summary>
public sealed class ClusterFixture : IAsyncLifetime
{
    /// <summary>A run that its silo never begins.</summary>
    public const string Unborn = "unborn";

    /// <summary>A run that the list hears nothing of once it has begun.</summary>
    public const string Unheard = "unheard";

    private const string Synthetic = """
        data: {dataset: synthetic, noise: [1, 2], size: 8, classes: 4, samples: 128}
        modalities: {m0: {encoder: convnet, width: 4, features: 8}, m1: {encoder: convnet, width: 4, features: 8}}
        training: {epochs: 2, batch_size: 16, log_every_steps: 1}
        placement: {threads_per_device: 1}
        """;

    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(2);
    private IHost host = null!;

    public string Root { get; } = Directory.CreateTempSubdirectory("actors-cluster-").FullName;

    /// <summary>Two epochs of a second.</summary>
    public string Short => Path.Combine(Root, "short.yaml");

    /// <summary>So many epochs that it only ends when it is stopped.</summary>
    public string Long => Path.Combine(Root, "long.yaml");

    public string Address => $"localhost:{GatewayPort}";

    public int GatewayPort => Gateway.Port;

    /// <summary>The way that consoles take to the silo.</summary>
    internal BreakableGateway Gateway { get; } = new();

    /// <summary>What the silo is made of.</summary>
    public IServiceProvider Services => host.Services;

    /// <summary>The grains of the silo.</summary>
    public IGrainFactory Grains => Services.GetRequiredService<IGrainFactory>();

    public async ValueTask InitializeAsync()
    {
        File.WriteAllText(Short, Synthetic);
        File.WriteAllText(Long, Synthetic.Replace("epochs: 2", "epochs: 100000", StringComparison.Ordinal));
        host = EmbeddedSilo.Build(silo =>
        {
            silo.Services.AddSingleton(new SiloResources(["cpu:0"], ThreadsPerDevice: 2, ImmutableDictionary<string, string>.Empty.Add("site", "here")));
            silo.AddIncomingGrainCallFilter(call => call.MethodName == nameof(IRunGrain.StartAsync) && $"{call.TargetId.Key}" == Unborn
                ? throw new TimeoutException("The silo was lost.")
                : call.Invoke());
            silo.AddIncomingGrainCallFilter(call => IsUnheard(call)
                ? throw new TimeoutException("The silo cannot be reached.")
                : call.Invoke());
            silo.Configure<ClusterOptions>(options => options.ClusterId = "actors");
            // What it says it listens on; a silo refuses what is sent to another place.
            silo.Configure<EndpointOptions>(options => options.GatewayPort = Gateway.Port);
        });
        Gateway.Target = host.Services.GetRequiredService<IOptions<EndpointOptions>>().Value.GatewayListeningEndpoint!.Port;
        await host.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        host.Dispose();
        await Gateway.DisposeAsync();
        Directory.Delete(Root, recursive: true);
    }

    private static bool IsUnheard(IIncomingGrainCallContext call) => call.MethodName switch
    {
        nameof(IRunGrain.GetAsync) => $"{call.TargetId.Key}" == Unheard && $"{call.SourceId?.Type}" == "run-directory",
        nameof(IRunDirectoryGrain.EndedAsync) => call.Request.GetArgument(0) is Unheard,
        _ => false,
    };

    /// <summary>Runs a command against this cluster.</summary>
    internal Task<ExitCode> RunAsync(Terminal terminal, params string[] arguments) => terminal.RunAsync([.. arguments, "--cluster", Address]);

    /// <summary>Starts a run and expects no fault.</summary>
    internal async Task StartAsync(string file, string name)
    {
        var terminal = new Terminal();
        Assert.Equal(
            (ExitCode.Ok, ""),
            (await RunAsync(terminal, "start", file, "--name", name, "--output", Root),
                terminal.Error.Contains("error:", StringComparison.Ordinal) ? terminal.Error : ""));
    }

    /// <summary>A run as the cluster's list has it.</summary>
    internal async Task<RegisteredRun> RunAsync(string name) =>
        (await Grains.GetGrain<IRunDirectoryGrain>(0).ListAsync()).Single(run => run.Configuration.Name == name);

    /// <summary>Ends the grain of a run that has ended, as when it was asked nothing for an hour.</summary>
    internal async Task PutToRestAsync(string name)
    {
        IRunGrain run = Grains.GetGrain<IRunGrain>(name);
        using var bound = new CancellationTokenSource(Bound);
        while (true)
        {
            await run.Cast<IGrainManagementExtension>().DeactivateOnIdle();
            try
            {
                await run.HistoryAsync();
                await Task.Delay(20, bound.Token); // between looks
            }
            catch (InvalidOperationException)
            {
                return; // it knows no more than what was kept
            }
        }
    }

    /// <summary>Waits until a run stands as it should.</summary>
    internal async Task<RegisteredRun> WaitAsync(string name, string what, Func<RegisteredRun, bool> condition)
    {
        using var bound = new CancellationTokenSource(Bound);
        RegisteredRun run = await RunAsync(name);
        while (!condition(run))
        {
            if (bound.IsCancellationRequested || (run.HasEnded && run.Status == RunStatus.Failed))
            {
                Assert.Fail($"Run '{name}' should have come to be {what} within {Bound}, but is {run.Status} at step {run.Step}. {run.FirstCause}");
            }

            await Task.Delay(20, CancellationToken.None); // between looks
            run = await RunAsync(name);
        }

        return run;
    }
}
