using Actors.Client.Commands;
using Actors.Contracts.Cluster;
using Actors.Contracts.Runs;
using Actors.Silo.Settings;
using StackExchange.Redis;

namespace Actors.Client.Cluster;

/// <summary>A console's connection to a cluster.</summary>
internal sealed class ClusterConnection : IAsyncDisposable
{
    /// <summary>Id of a cluster that was given none.</summary>
    public const string DefaultId = "actors";

    // An answer that is lost is asked for again until this has passed: a silo that hangs is declared dead within a minute with the shipped settings.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(5);

    // A silo that answers, and says that its storage does not.
    private const int StorageTries = 3;

    private readonly ClusterEntrance entrance;
    private readonly ClusterGateways gateways;
    private readonly TextWriter warnings;
    private readonly TimeProvider time;
    private readonly SemaphoreSlim moving = new(1);
    private GatewayClient? left; // something that takes long may still be asked through it

    private ClusterConnection(
        ClusterEntrance entrance, ClusterGateways gateways, GatewayClient client, string flag, TextWriter warnings, TimeProvider time) =>
        (this.entrance, this.gateways, Client, Flag, this.warnings, this.time) = (entrance, gateways, client, flag, warnings, time);

    /// <summary>The cluster's list of runs.</summary>
    public IRunDirectoryGrain Directory => Grains.GetGrain<IRunDirectoryGrain>(0);

    /// <summary>Plans runs.</summary>
    public IPlannerGrain Planner => Grains.GetGrain<IPlannerGrain>(0);

    /// <summary>What the cluster is made of.</summary>
    public IClusterGrain Cluster => Grains.GetGrain<IClusterGrain>(0);

    /// <summary>The options that lead here again, for the commands that messages name.</summary>
    public string Flag { get; }

    /// <summary>Through which questions go at the moment.</summary>
    public GatewayClient Client { get; private set; }

    private IGrainFactory Grains => Client.Grains;

    /// <summary>Connects.</summary>
    /// <param name="entrance">Where.</param>
    /// <param name="id">Id of the cluster.</param>
    /// <param name="flag">The options that lead there.</param>
    /// <param name="warnings">Told where an answer is asked for again.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="CommandFailure">Nobody answers in time.</exception>
    public static async Task<ClusterConnection> OpenAsync(
        ClusterEntrance entrance, string id, string flag, TextWriter warnings, TimeProvider time, CancellationToken cancellation)
    {
        var gateways = new ClusterGateways(entrance, id, time);
        try
        {
            GatewayClient? client = await gateways.ConnectAsync(left: null, cancellation);
            return new ClusterConnection(entrance, gateways, client!, flag, warnings, time);
        }
        catch (Exception failure)
        {
            gateways.Dispose();
            throw failure is OperationCanceledException && cancellation.IsCancellationRequested ? failure : Unreachable(entrance, id, failure);
        }
    }

    /// <summary>A run's grain.</summary>
    public IRunGrain Run(string name) => Grains.GetGrain<IRunGrain>(name);

    /// <summary>What reads a run's folder.</summary>
    public IRunFolderGrain Folder(string name) => Grains.GetGrain<IRunFolderGrain>(name);

    /// <summary>
    /// Asks the cluster something that may be asked again, and does so when the answer is lost on its way, through another gateway where there is one.
    /// </summary>
    /// <param name="question">The question; it must take its grains from the connection it is given.</param>
    /// <param name="again">False: it is asked once.</param>
    /// <param name="advice">What the person should do where every answer was lost; null: see whether anybody is there.</param>
    /// <exception cref="CommandFailure">The answer was lost each time.</exception>
    public async Task<T> AskAsync<T>(Func<ClusterConnection, Task<T>> question, bool again = true, string? advice = null)
    {
        long started = time.GetTimestamp();
        for (int attempt = 1; ; attempt++)
        {
            GatewayClient through = Client;
            try
            {
                return await question(this);
            }
            catch (Exception failure) when (IsLost(failure))
            {
                if (attempt == 1 && time.GetElapsedTime(started) > Patience)
                {
                    started = time.GetTimestamp(); // it took long before it was lost
                }

                TimeSpan passed = time.GetElapsedTime(started);
                if (!again || (IsOfStorage(failure) ? attempt >= StorageTries : passed >= Patience))
                {
                    throw Lost(failure, advice);
                }

                if (attempt > 1)
                {
                    await warnings.WriteLineAsync($"warning: the cluster does not answer; asked again after {passed.TotalSeconds:0} s. Runs go on.");
                }

                await Task.Delay(TimeSpan.FromTicks(Math.Min(Pause.Ticks * attempt, LongestPause.Ticks)), time);
                await (IsOfStorage(failure) ? Task.CompletedTask : MoveAsync(through, CancellationToken.None));
            }
        }
    }

    /// <summary>Asks the cluster something that may take long, once.</summary>
    /// <exception cref="SiloUnavailableException">
    /// A silo was lost meanwhile, or the gateway that was asked says nothing for 90 s: what was asked there stays without an answer
    /// for as long as it may take.
    /// </exception>
    public async Task<T> AskLongAsync<T>(Func<ClusterConnection, Task<T>> question, CancellationToken cancellation)
    {
        string[] before = await ActiveAsync();
        GatewayClient through = Client; // the answer comes through it, also where later questions go through another
        long heard = time.GetTimestamp();
        Task<T> answer = question(this);
        while (await Task.WhenAny(answer, Task.Delay(BetweenLooks, time, cancellation)) != answer)
        {
            cancellation.ThrowIfCancellationRequested();
            if (before.Except(await ActiveAsync()).Any())
            {
                throw new SiloUnavailableException("A silo was lost meanwhile.");
            }

            if (through == Client || (through == left && await AnswersAsync(through)))
            {
                heard = time.GetTimestamp();
                continue;
            }

            TimeSpan passed = time.GetElapsedTime(heard);
            if (through != left || passed >= Patience)
            {
                throw new SiloUnavailableException($"Gateway {through.Gateway}, which was asked, does not answer any more.");
            }

            await warnings.WriteLineAsync(
                $"warning: gateway {through.Gateway}, which was asked, has said nothing for {passed.TotalSeconds:0} s; "
                + $"its answer is waited for until {Patience.TotalSeconds:0} s have passed.");
        }

        return await answer;
    }

    /// <summary>Goes over to another gateway, where there is one that answers; all that is asked from then on goes through it.</summary>
    /// <param name="from">Through which an answer was lost; where questions no longer go through it, nothing is done.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task MoveAsync(GatewayClient from, CancellationToken cancellation)
    {
        await moving.WaitAsync(cancellation);
        try
        {
            if (Client == from && await gateways.ConnectAsync(from.Gateway, cancellation) is { } other)
            {
                Task done = left?.DisposeAsync().AsTask() ?? Task.CompletedTask;
                (left, Client) = (from, other);
                await done;
            }
        }
        catch (Exception) when (!cancellation.IsCancellationRequested)
        {
            // Nobody answers at the moment; who asks again comes here again.
        }
        finally
        {
            moving.Release();
        }
    }

    /// <summary>True where an answer was lost on its way: the silo or the gateway has gone, or says nothing.</summary>
    public static bool IsLost(Exception failure) =>
        failure is TimeoutException or OrleansException or EnumerationAbortedException || IsOfStorage(failure);

    /// <summary>The failure to end with where answers stay lost.</summary>
    public CommandFailure Lost(Exception failure, string? advice = null) => new(
        ExitCode.CannotConnect,
        $"The cluster at '{entrance.Text}' does not answer any more: {Why(failure)} "
        + (advice ?? $"Runs go on without a console. See: actors nodes {Flag}"));

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(Client.DisposeAsync().AsTask(), left?.DisposeAsync().AsTask() ?? Task.CompletedTask);
        gateways.Dispose();
        moving.Dispose();
    }

    private static async Task<bool> AnswersAsync(GatewayClient client)
    {
        try
        {
            await client.Grains.GetGrain<IClusterGrain>(0).SilosAsync();
            return true;
        }
        catch (Exception failure) when (IsLost(failure))
        {
            return false;
        }
    }

    private async Task<string[]> ActiveAsync() =>
        [.. (await AskAsync(asked => asked.Cluster.SilosAsync())).Where(silo => silo.Status == "active").Select(silo => silo.Address)];

    private static CommandFailure Unreachable(ClusterEntrance entrance, string id, Exception failure) => new(
        ExitCode.CannotConnect,
        entrance.Redis is { } redis && Cause(failure) is { } cause
            ? ClusterAddress.IsRefusal(cause)
                ? $"{redis.Refusal(cause)} Give it after the address, redis://HOST:PORT,PASSWORD, "
                    + $"in environment {ClusterSelection.Variable}, or by a profile's password_variable."
                : $"{redis} does not answer: {ClusterAddress.FirstSentence(cause)} See that Redis runs there."
            : $"No silo of cluster '{id}' answers at '{entrance.Text}'. "
                + $"See that a silo runs there, that the port is its gateway's (or its Redis'), and that its cluster id is '{id}' (--cluster-id).");

    // What a silo's storage throws is pages long; Redis' name is all that a person can use of it.
    private static string Why(Exception failure) => IsOfStorage(failure)
        ? "its silos do, but their Redis does not. Runs that are under way train on; what is to be written down waits."
        : failure.Message.Split('\n', 2)[0].Trim();

    // Also where the silo could not even send what its storage threw.
    private static bool IsOfStorage(Exception failure) => failure.Message.Contains("StackExchange.Redis", StringComparison.Ordinal);

    private static Exception? Cause(Exception failure) => failure switch
    {
        RedisException or RedisConnectionException => failure,
        { InnerException: { } inner } => Cause(inner),
        _ => null,
    };
}
