using System.Runtime.CompilerServices;
using Actors.Client.Commands;
using Actors.Client.Running;
using Actors.Contracts.Events;

namespace Actors.Client.Cluster;

/// <summary>
/// The events of a run in a cluster; where the stream breaks it goes on after the event that came last, from the beginning of a newer generation where there is
/// one.
/// </summary>
/// <param name="cluster">The cluster.</param>
/// <param name="run">Name of the run.</param>
/// <param name="warn">Told of each break.</param>
/// <param name="time">The clock of the pauses.</param>
internal sealed class RunWatch(ClusterConnection cluster, string run, Func<string, Task> warn, TimeProvider time)
{
    private const int Tries = 8;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

    private readonly List<RunEvent> history = [];
    private StepEvent? last;

    /// <summary>What came so far, without the steps between the first event and the newest.</summary>
    public IReadOnlyList<RunEvent> History => last is null ? history : [.. history.Append(last).OrderBy(runEvent => runEvent.Sequence)];

    /// <exception cref="CommandFailure">The stream broke too often in a row.</exception>
    /// <exception cref="InvalidOperationException">The cluster conducts no such run any more.</exception>
    public async IAsyncEnumerable<RunEvent> EventsAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        RunEvent? seen = null;
        int broken = 0;
        while (true)
        {
            Exception? failure = null;
            GatewayClient through = cluster.Client;
            await using (IAsyncEnumerator<RunEvent> events = Open(seen, cancellation))
            {
                while (true)
                {
                    try
                    {
                        if (!await events.MoveNextAsync())
                        {
                            yield break;
                        }
                    }
                    catch (Exception lost) when (ClusterConnection.IsLost(lost))
                    {
                        failure = lost;
                        break;
                    }

                    broken = 0;
                    seen = events.Current;
                    Remember(seen);
                    yield return seen;
                }
            }

            if (++broken > Tries)
            {
                throw cluster.Lost(failure);
            }

            TimeSpan pause = TimeSpan.FromTicks(Math.Min(FirstPause.Ticks << (broken - 1), LongestPause.Ticks));
            await warn($"warning: the cluster does not answer; trying again in {pause.TotalSeconds:0.#} s ({broken} of {Tries}). The run goes on.");
            await Task.Delay(pause, time, cancellation);
            await cluster.MoveAsync(through, cancellation);
        }
    }

    // Only an enumerator that is disposed quietly: the silo it would tell may have gone.
    private IAsyncEnumerator<RunEvent> Open(RunEvent? after, CancellationToken cancellation) =>
        new QuietEnumerator(cluster.Run(run).WatchAsync(after, cancellation).GetAsyncEnumerator(cancellation), cancellation);

    private void Remember(RunEvent runEvent)
    {
        last = last?.Sequence < runEvent.Sequence ? last : null;
        while (history is [.., { } told] && told.Sequence >= runEvent.Sequence)
        {
            history.RemoveAt(history.Count - 1); // a newer generation takes again what the older one told
        }

        if (runEvent is StepEvent step && history.Count > 0)
        {
            last = step;
        }
        else
        {
            history.Add(runEvent);
        }
    }
}
