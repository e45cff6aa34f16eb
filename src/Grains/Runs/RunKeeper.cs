using Actors.Contracts.Runs;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Actors.Grains.Runs;

/// <summary>
/// Sees to it that the cluster's runs go on: wakes those whose silo was lost, and moves those away from a silo that is to end. One in every silo.
/// </summary>
/// <remarks>Whoever asks a run grain brings it to life where it is not, and there it takes its run up. So it is enough to ask which have not ended: at the
/// start, whenever a silo comes
/// or goes, and now and then.</remarks>
internal sealed partial class RunKeeper(
    IGrainFactory grains, ILocalSiloDetails local, IClusterMembershipService membership, TimeProvider time, ILogger<RunKeeper> log)
    : IHostedLifecycleService, IDisposable
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MostTimeToMove = TimeSpan.FromSeconds(30); // what is left of a drain's 40 s is the cluster's

    private readonly CancellationTokenSource stopping = new();
    private volatile TaskCompletionSource changed = NewChange(); // of the cluster, since it was looked last
    private Task working = Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        working = Task.WhenAll(ListenAsync(), LookAsync());
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        await stopping.CancelAsync();
        await working.ContinueWith(_ => { }, TaskScheduler.Default); // whatever became of it: runs are to be asked
        using var late = new CancellationTokenSource(MostTimeToMove, time);
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            string silo = local.SiloAddress.ToParsableString();
            IReadOnlyList<string> runs = await InsistAsync(bound.Token);
            await Task.WhenAll(runs.Select(run => grains.GetGrain<IRunGrain>(run).LeaveAsync(silo))).WaitAsync(bound.Token);
        }
        catch (Exception failure)
        {
            // Those runs go on from their newest checkpoint.
            LogNotMoved(bound.IsCancellationRequested ? "The time for it is over." : failure.Message);
        }
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose() => stopping.Dispose();

    private static TaskCompletionSource NewChange() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task LookAsync()
    {
        while (!stopping.IsCancellationRequested)
        {
            changed = NewChange();
            try
            {
                await AskAsync(stopping.Token);
            }
            catch (Exception failure)
            {
                LogNotAsked(failure.Message); // while a silo is lost nobody may answer; asked again below
            }

            await Task.WhenAny(changed.Task, Task.Delay(BetweenLooks, time, stopping.Token));
        }
    }

    private async Task ListenAsync()
    {
        try
        {
            await foreach (ClusterMembershipSnapshot _ in membership.MembershipUpdates.WithCancellation(stopping.Token))
            {
                changed.TrySetResult();
            }
        }
        catch (OperationCanceledException)
        {
            // The silo ends.
        }
    }

    /// <summary>Asks which runs have not ended until that is told: what is not moved counts as lost.</summary>
    private async Task<IReadOnlyList<string>> InsistAsync(CancellationToken bound)
    {
        while (true)
        {
            try
            {
                return await AskAsync(bound);
            }
            catch (Exception failure) when (!bound.IsCancellationRequested)
            {
                LogNotAsked(failure.Message);
            }

            await Task.Delay(BetweenTries, time, bound);
        }
    }

    private async Task<IReadOnlyList<string>> AskAsync(CancellationToken cancellation) =>
        await grains.GetGrain<IRunDirectoryGrain>(0).UnfinishedAsync().WaitAsync(BetweenLooks, time, cancellation);

    [LoggerMessage(LogLevel.Debug, "Which runs have not ended was not to be had: {Cause}")]
    private partial void LogNotAsked(string cause);

    [LoggerMessage(LogLevel.Warning, "Not every run could be moved before this silo ends; those go on from their newest checkpoint. {Cause}")]
    private partial void LogNotMoved(string cause);
}
