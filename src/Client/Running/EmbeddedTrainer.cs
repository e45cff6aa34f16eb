using Actors.Client.Commands;
using Actors.Client.Display;
using Actors.Contracts.Events;

namespace Actors.Client.Running;

/// <summary>Trains runs on a silo inside this process.</summary>
internal sealed class EmbeddedTrainer : ITrainer
{
    private EmbeddedTrainer()
    {
    }

    /// <summary>Starts the silo.</summary>
    /// <exception cref="CommandFailure">It did not start.</exception>
    public static Task<EmbeddedTrainer> StartAsync(CancellationToken cancellation) =>
        throw new CommandFailure(ExitCode.CannotConnect, "This build has no silo to train on yet.");

    public Task<RunOutline> StartRunAsync(TrainingOrder order, CancellationToken cancellation) => throw new NotSupportedException();

    public IAsyncEnumerable<RunEvent> WatchAsync(string run, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<IReadOnlyList<EvaluationEvent>> EvaluateAsync(TrainingOrder order, CancellationToken cancellation) => throw new NotSupportedException();

    public Task StopAsync(string run, bool now) => throw new NotSupportedException();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
