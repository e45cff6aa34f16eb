using System.Runtime.CompilerServices;
using Actors.Client.Display;
using Actors.Client.Running;
using Actors.Client.Tests.Display;
using Actors.Contracts.Events;
using Actors.Contracts.Runs;
using Actors.Grains.Runs;

namespace Actors.Client.Tests.Commands;

/// <summary>Replays a recorded run into the run's folder: what the console does with a run, without the minutes of training one.</summary>
/// <param name="end">How the run ends.</param>
/// <param name="isDiskFull">True: the end is told, but does not get into the folder.</param>
/// <param name="opening">Ends when the data is open; null: it is at once.</param>
internal sealed class RecordedTrainer(RunStatus end, bool isDiskFull = false, Task? opening = null) : ITrainer
{
    public List<TrainingOrder> Orders { get; } = [];

    public async Task<RunOutline> StartRunAsync(TrainingOrder order, CancellationToken cancellation)
    {
        await (opening ?? Task.CompletedTask);
        Orders.Add(order);
        return new RunOutline(order.Configuration, order.Folder, 70);
    }

    public async IAsyncEnumerable<RunEvent> WatchAsync(string run, [EnumeratorCancellation] CancellationToken cancellation)
    {
        string file = Path.Combine(Orders.Single(order => order.Configuration.Name == run).Folder, RunFiles.Metrics);
        await foreach (RunEvent happened in RecordedRun.Stream().WithCancellation(cancellation))
        {
            RunEvent told = happened is StatusEvent { Status: RunStatus.Completed } last ? last with { Status = end, Message = $"It is {end}." } : happened;
            if (!isDiskFull || told is not StatusEvent { Status: not RunStatus.Running })
            {
                await File.AppendAllTextAsync(file, RunEventJson.Write(told) + "\n", cancellation);
            }

            yield return told;
        }
    }

    public Task<EvaluationEvent> EvaluateAsync(TrainingOrder order, CancellationToken cancellation)
    {
        EvaluationEvent result = RecordedRun.Evaluation(0, 70, 2, "test", 0.625, best: false) with { Warning = "The best is damaged." };
        EvaluationFile.Write(order.Folder, result);
        return Task.FromResult(result);
    }

    public Task StopAsync(string run, bool now) => Task.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
