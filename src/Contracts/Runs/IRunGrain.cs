using System.Collections.Immutable;
using Actors.Contracts.Events;
using Orleans.Concurrency;

namespace Actors.Contracts.Runs;

/// <summary>One run: starts it, tells how it stands, stops it. Key: the run's id.</summary>
[GrainInterfaceType("run"), Alias("Actors.IRunGrain")]
public interface IRunGrain : IGrainWithStringKey
{
    /// <summary>Starts or resumes the run and returns at once; what goes wrong after that is an event.</summary>
    /// <param name="order">What to run, and where its files go.</param>
    /// <exception cref="InvalidOperationException">The run is not at rest.</exception>
    [Alias("StartAsync")]
    Task StartAsync(RunOrder order);

    /// <summary>
    /// Forgets what was run and how it ended; the next start numbers its generations on, so that workers left anywhere are never taken for new ones.
    /// </summary>
    /// <exception cref="InvalidOperationException">The run is not at rest.</exception>
    [Alias("ForgetAsync")]
    Task ForgetAsync();

    /// <summary>How the run stands.</summary>
    [AlwaysInterleave, Alias("GetAsync")]
    Task<RunSnapshot> GetAsync();

    /// <summary>
    /// True where a generation of the run is over, or the shard of a worker was made again since, so that it has no more to do; false
    /// also of one that never was.
    /// </summary>
    /// <param name="generation">The worker's.</param>
    /// <param name="shard">Index d; null for what is no shard's.</param>
    /// <param name="life">How often the shard had been made again when the worker was made.</param>
    [AlwaysInterleave, Alias("IsOverAsync")]
    Task<bool> IsOverAsync(int generation, int? shard, int life);

    /// <summary>The run's events, those to come too; ends when the run has ended and all are told.</summary>
    /// <param name="after">The last that was seen: what follows it is told, and what newer generations than its own told, whatever numbers those events have.
    /// Null: all in memory; older ones are in <c>metrics.jsonl</c>.</param>
    /// <param name="cancellationToken">Stops watching; the run goes on.</param>
    [AlwaysInterleave, Alias("WatchAsync")]
    IAsyncEnumerable<RunEvent> WatchAsync(RunEvent? after, CancellationToken cancellationToken = default);

    /// <summary>What has been told so far: all in memory but the steps, save the newest event and those before a status.</summary>
    [AlwaysInterleave, Alias("HistoryAsync")]
    Task<ImmutableArray<RunEvent>> HistoryAsync();

    /// <summary>Stops the run. A run that has ended stays as it is.</summary>
    /// <param name="now">False: at the next step that shards agree on, with a checkpoint. True: without one.</param>
    [AlwaysInterleave, Alias("StopAsync")]
    Task StopAsync(bool now);

    /// <summary>Told by a silo that is about to leave: the run writes a checkpoint at the next step that shards agree on, and goes on without that silo once it
    /// is gone.
    /// Answers when no worker of the run computes any more.</summary>
    /// <param name="silo">The silo.</param>
    [AlwaysInterleave, Alias("LeaveAsync")]
    Task LeaveAsync(string silo);

    /// <summary>
    /// Evaluates a checkpoint of a run at rest on the test split and returns the result; writes the predictions anew. Takes minutes; meanwhile the
    /// run is refused to whoever wants to start, forget or evaluate it.
    /// </summary>
    /// <param name="order">The run.</param>
    /// <exception cref="InvalidOperationException">The run is not at rest, or something is being done with it.</exception>
    [AlwaysInterleave, ResponseTimeout("1.00:00:00"), Alias("EvaluateAsync")]
    Task<EvaluationEvent> EvaluateAsync(RunOrder order);
}
