using Actors.Client.Commands;
using Actors.Contracts.Cluster;
using Actors.Contracts.Runs;
using Actors.Silo.Settings;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using StackExchange.Redis;

namespace Actors.Client.Cluster;

/// <summary>A console's connection to a cluster.</summary>
internal sealed class ClusterConnection : IAsyncDisposable
{
    /// <summary>Id of a cluster that was given none.</summary>
    public const string DefaultId = "actors";

    private const int Tries = 3;

    // A gateway that refuses is tried until this has passed; one that says nothing at all, a little longer.
    private static readonly TimeSpan Refused = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Silent = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private readonly IHost host;
    private readonly ClusterEntrance entrance;

    private ClusterConnection(IHost host, ClusterEntrance entrance, string flag) => (this.host, this.entrance, Flag) = (host, entrance, flag);

    /// <summary>The cluster's list of runs.</summary>
    public IRunDirectoryGrain Directory => Grains.GetGrain<IRunDirectoryGrain>(0);

    /// <summary>Plans runs.</summary>
    public IPlannerGrain Planner => Grains.GetGrain<IPlannerGrain>(0);

    /// <summary>What the cluster is made of.</summary>
    public IClusterGrain Cluster => Grains.GetGrain<IClusterGrain>(0);

    /// <summary>The options that lead here again, for the commands that messages name.</summary>
    public string Flag { get; }

    private IGrainFactory Grains => host.Services.GetRequiredService<IGrainFactory>();

    /// <summary>Connects.</summary>
    /// <param name="entrance">Where.</param>
    /// <param name="id">Id of the cluster.</param>
    /// <param name="flag">The options that lead there.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="CommandFailure">Nobody answers in time.</exception>
    public static async Task<ClusterConnection> OpenAsync(ClusterEntrance entrance, string id, string flag, CancellationToken cancellation)
    {
        IHost host = Build(entrance, id);
        try
        {
            await host.StartAsync(cancellation).WaitAsync(Silent, cancellation);
            return new ClusterConnection(host, entrance, flag);
        }
        catch (Exception failure)
        {
            host.Dispose();
            throw failure is OperationCanceledException && cancellation.IsCancellationRequested ? failure : Unreachable(entrance, id, failure);
        }
    }

    /// <summary>A run's grain.</summary>
    public IRunGrain Run(string name) => Grains.GetGrain<IRunGrain>(name);

    /// <summary>What reads a run's folder.</summary>
    public IRunFolderGrain Folder(string name) => Grains.GetGrain<IRunFolderGrain>(name);

    /// <summary>Asks the cluster something that may be asked again, and does so when the answer is lost on its way.</summary>
    /// <param name="question">The question.</param>
    /// <param name="tries">How often it is asked at most.</param>
    /// <param name="advice">What the person should do where every answer was lost; null: see whether anybody is there.</param>
    /// <exception cref="CommandFailure">The answer was lost each time.</exception>
    public async Task<T> AskAsync<T>(Func<ClusterConnection, Task<T>> question, int tries = Tries, string? advice = null)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await question(this);
            }
            catch (Exception failure) when (IsLost(failure))
            {
                if (attempt >= tries)
                {
                    throw Lost(failure, advice);
                }

                await Task.Delay(Pause * attempt);
            }
        }
    }

    /// <summary>True where an answer was lost on its way: the silo or the gateway has gone, or says nothing.</summary>
    public static bool IsLost(Exception failure) =>
        failure is TimeoutException or OrleansException or EnumerationAbortedException;

    /// <summary>The failure to end with where answers stay lost.</summary>
    public CommandFailure Lost(Exception failure, string? advice = null) => new(
        ExitCode.CannotConnect, $"The cluster at '{entrance.Text}' does not answer any more: {Why(failure)} {advice ?? $"Runs go on without a console. See: actors nodes {Flag}"}");

    public async ValueTask DisposeAsync()
    {
        // Not graceful for long: a command that is done must not wait for a gateway that has gone.
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        try
        {
            await host.StopAsync(bound.Token);
        }
        catch (OperationCanceledException)
        {
            // The gateway has gone.
        }

        host.Dispose();
    }

    private static IHost Build(ClusterEntrance entrance, string id)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.AddFilter(_ => false);
        TimeProvider time = TimeProvider.System;
        long started = time.GetTimestamp();
        builder.UseOrleansClient(client =>
        {
            if (entrance.Redis is { } redis)
            {
                client.UseRedisClustering(options => options.ConfigurationOptions = redis.ToRedis(failAtOnce: true));
            }
            else
            {
                client.UseStaticClustering([.. entrance.Gateways]);
            }

            client.Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (id, "actors"));
            client.Configure<GatewayOptions>(options => options.GatewayListRefreshPeriod = TimeSpan.FromSeconds(3)); // a gateway that is back is found soon
            client.Configure<ClientMessagingOptions>(options => options.ResponseTimeout = TimeSpan.FromSeconds(15));
            client.UseConnectionRetryFilter(async (_, cancellation) =>
            {
                await Task.Delay(Pause, cancellation);
                return time.GetElapsedTime(started) < Refused;
            });
        });
        return builder.Build();
    }

    private static CommandFailure Unreachable(ClusterEntrance entrance, string id, Exception failure) => new(
        ExitCode.CannotConnect,
        entrance.Redis is { } redis && Cause(failure) is { } cause
            ? ClusterAddress.IsRefusal(cause)
                ? $"{redis.Refusal(cause)} Give it after the address, redis://HOST:PORT,PASSWORD, in environment {ClusterSelection.Variable}, or by a profile's password_variable."
                : $"{redis} does not answer: {ClusterAddress.FirstSentence(cause)} See that Redis runs there."
            : $"No silo of cluster '{id}' answers at '{entrance.Text}'. See that a silo runs there, that the port is its gateway's (or its Redis'), and that its cluster id is '{id}' (--cluster-id).");

    // What a silo's storage throws is pages long; Redis' name is all that a person can use of it.
    private static string Why(Exception failure) => failure.Message.Contains("StackExchange.Redis", StringComparison.Ordinal)
        ? "its silos do, but their Redis does not. Runs that are under way train on; what is to be written down waits."
        : failure.Message.Split('\n', 2)[0].Trim();

    private static Exception? Cause(Exception failure) => failure switch
    {
        RedisException or RedisConnectionException => failure,
        { InnerException: { } inner } => Cause(inner),
        _ => null,
    };
}
