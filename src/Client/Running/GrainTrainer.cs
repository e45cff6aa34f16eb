using System.Globalization;
using System.Runtime.CompilerServices;
using Actors.Client.Cluster;
using Actors.Client.Display;
using Actors.Contracts.Events;
using Actors.Contracts.Runs;

namespace Actors.Client.Running;

/// <summary>Trains runs through their grains, wherever the silo is.</summary>
internal sealed class GrainTrainer(IGrainFactory grains, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Starts a run and waits until it is planned or has ended.</summary>
    public async Task<RunOutline> StartRunAsync(TrainingOrder order, CancellationToken cancellation)
    {
        IRunGrain run = Grain(order.Configuration.Name);
        await run.StartAsync(Order(order));
        RunSnapshot snapshot = await run.GetAsync();
        while (snapshot.TotalSteps == 0 && snapshot.Status is RunStatus.Pending or RunStatus.Starting)
        {
            await Task.Delay(Pause, time, cancellation);
            snapshot = await run.GetAsync();
        }

        return Outline(order.Configuration, order.Folder, snapshot);
    }

    /// <summary>What is known of a run from its configuration and how it stands.</summary>
    public static RunOutline Outline(RunConfiguration configuration, string folder, RunSnapshot snapshot) =>
        new(configuration, folder, snapshot.TotalSteps == 0 ? null : snapshot.TotalSteps) { Facts = [.. Facts(configuration, snapshot)] };

    /// <summary>
    /// The run's events. A process that was suspended (Ctrl-Z, a lid that was closed) loses the answers it waited for, but not the run: it asks for what
    /// follows.
    /// </summary>
    public async IAsyncEnumerable<RunEvent> WatchAsync(string run, [EnumeratorCancellation] CancellationToken cancellation)
    {
        RunEvent? seen = null;
        for (bool lost = true; lost;)
        {
            await using var events = new QuietEnumerator(Grain(run).WatchAsync(seen, cancellation).GetAsyncEnumerator(cancellation), cancellation);
            while (true)
            {
                try
                {
                    lost = false;
                    if (!await events.MoveNextAsync())
                    {
                        break;
                    }
                }
                catch (Exception failure) when (ClusterConnection.IsLost(failure))
                {
                    lost = true;
                    break;
                }

                yield return seen = events.Current;
            }
        }
    }

    public Task<EvaluationEvent> EvaluateAsync(TrainingOrder order) => Grain(order.Configuration.Name).EvaluateAsync(Order(order));

    public Task StopAsync(string run, bool now) => Grain(run).StopAsync(now);

    private static RunOrder Order(TrainingOrder order) => new() { Configuration = order.Configuration, Folder = order.Folder, Resume = order.Resume };

    private static IEnumerable<(string Name, string Value)> Facts(RunConfiguration configuration, RunSnapshot snapshot)
    {
        foreach (string line in snapshot.Placement)
        {
            yield return ("placement", line);
        }

        if (snapshot.Samples.TryGetValue("train", out int train))
        {
            IEnumerable<string> counts = configuration.Modalities.Select(modality => $"{modality.Name} {Figures.Whole(train)}");
            yield return ("samples", $"{string.Join(" ", counts)} to train on");
        }

        if (snapshot.Parameters.Count > 0)
        {
            IEnumerable<string> counts = snapshot.Parameters.OrderBy(pair => pair.Key, StringComparer.Ordinal)
                .Select(pair => $"{pair.Key} {pair.Value.ToString("N0", CultureInfo.InvariantCulture)}");
            yield return ("parameters", string.Join(" ", counts));
        }
    }

    private IRunGrain Grain(string run) => grains.GetGrain<IRunGrain>(run);
}
