using System.Net;
using Actors.Silo.Settings;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Messaging;

namespace Actors.Client.Cluster;

/// <summary>The gateways of a cluster: those that the person named, or those that are in its Redis at the time.</summary>
internal sealed class ClusterGateways : IDisposable
{
    // A gateway that says nothing for so long has the next tried beside it; all together have until the second.
    private static readonly TimeSpan Stagger = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Silent = TimeSpan.FromSeconds(15);

    // Redis is tried again until this has passed.
    private static readonly TimeSpan Refused = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private readonly string id;
    private readonly TimeProvider time;
    private readonly IHost? lookup; // null where the gateways were named
    private IReadOnlyList<IPEndPoint> known;
    private bool isOpen;

    /// <summary>The gateways of an entrance.</summary>
    /// <param name="entrance">Where.</param>
    /// <param name="id">Id of the cluster.</param>
    /// <param name="time">The clock.</param>
    public ClusterGateways(ClusterEntrance entrance, string id, TimeProvider time)
    {
        (this.id, this.time, known) = (id, time, entrance.Gateways);
        lookup = entrance.Redis is { } redis ? Build(redis, id) : null;
    }

    /// <summary>
    /// Connects through the gateway that answers first; they are tried in order, the next as soon as one refuses, or has said nothing for a second.
    /// </summary>
    /// <param name="left">A gateway that is tried last; where it is the only one, nothing is tried.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>Null where there is no other than <paramref name="left"/>.</returns>
    /// <exception cref="Exception">None answers within 15 s, or Redis does not: the last failure.</exception>
    public async Task<GatewayClient?> ConnectAsync(IPEndPoint? left, CancellationToken cancellation)
    {
        using var silence = new CancellationTokenSource(Silent, time);
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellation, silence.Token);
        IReadOnlyList<IPEndPoint> gateways = await ListAsync(bound.Token);
        if (left is not null && gateways.All(left.Equals))
        {
            return null;
        }

        var attempts = new List<Task<GatewayClient>>();
        try
        {
            foreach (IPEndPoint gateway in gateways.OrderBy(gateway => gateway.Equals(left)))
            {
                var refused = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                attempts.Add(GatewayClient.StartAsync(gateway, id, time, () => refused.TrySetResult(), bound.Token));
                await Task.WhenAny(
                [
                    .. attempts.Where(attempt => !attempt.IsCompleted || attempt.IsCompletedSuccessfully),
                    refused.Task,
                    Task.Delay(Stagger, time, bound.Token),
                ]);
                if (attempts.Exists(attempt => attempt.IsCompletedSuccessfully))
                {
                    break;
                }
            }

            return await FirstAsync(attempts);
        }
        finally
        {
            await bound.CancelAsync();
            attempts.ForEach(attempt => _ = DiscardAsync(attempt));
        }
    }

    public void Dispose() => lookup?.Dispose();

    /// <summary>The first that succeeds; the others stay in the list.</summary>
    private static async Task<GatewayClient> FirstAsync(List<Task<GatewayClient>> attempts)
    {
        Exception failure = new InvalidOperationException("The cluster has no gateway.");
        while (attempts.Count > 0)
        {
            Task<GatewayClient> ended = await Task.WhenAny(attempts);
            attempts.Remove(ended);
            try
            {
                return await ended;
            }
            catch (Exception refused)
            {
                failure = refused;
            }
        }

        throw failure;
    }

    private static async Task DiscardAsync(Task<GatewayClient> attempt)
    {
        try
        {
            await using GatewayClient late = await attempt;
        }
        catch (Exception)
        {
            // It came to nothing.
        }
    }

    private async Task<IReadOnlyList<IPEndPoint>> ListAsync(CancellationToken cancellation)
    {
        if (lookup is null)
        {
            return known;
        }

        for (long started = time.GetTimestamp(); ;)
        {
            try
            {
                known = await ReadAsync(lookup.Services.GetRequiredService<IGatewayListProvider>()).WaitAsync(cancellation);
                return known;
            }
            catch (Exception) when (known.Count > 0)
            {
                return known; // Redis is away; the silos need not be
            }
            catch (Exception) when (time.GetElapsedTime(started) < Refused && !cancellation.IsCancellationRequested)
            {
                await Task.Delay(Pause, time, cancellation);
            }
        }
    }

    private async Task<IReadOnlyList<IPEndPoint>> ReadAsync(IGatewayListProvider provider)
    {
        if (!isOpen)
        {
            await provider.InitializeGatewayListProvider();
            isOpen = true;
        }

        return [.. (await provider.GetGateways()).Select(gateway => new IPEndPoint(IPAddress.Parse(gateway.Host), gateway.Port))];
    }

    // Never started: only what reads the silos' table is used.
    private static IHost Build(ClusterAddress redis, string id)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.AddFilter(_ => false);
        builder.UseOrleansClient(client =>
        {
            client.UseRedisClustering(options => options.ConfigurationOptions = redis.ToRedis(failAtOnce: true));
            client.Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (id, id));
        });
        return builder.Build();
    }
}
