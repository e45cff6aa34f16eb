using Actors.Client.Display;
using Actors.Contracts.Events;

namespace Actors.Client.Running;

/// <summary>What trains runs: the silo inside this process.</summary>
internal interface ITrainer : IAsyncDisposable
{
    /// <summary>Starts a run; it goes on until it ends or is stopped.</summary>
    /// <returns>What is known of it before the first step.</returns>
    /// <exception cref="Learning.Data.DataException">The data has faults.</exception>
    Task<RunOutline> StartRunAsync(TrainingOrder order, CancellationToken cancellation);

    /// <summary>What happens in the run, from its beginning; ends when the run has.</summary>
    IAsyncEnumerable<RunEvent> WatchAsync(string run, CancellationToken cancellation);

    /// <summary>Evaluates a run's best checkpoint on the test split, without training.</summary>
    Task<EvaluationEvent> EvaluateAsync(TrainingOrder order, CancellationToken cancellation);

    /// <summary>Asks the run to stop: at the step with a checkpoint, or now.</summary>
    Task StopAsync(string run, bool now);
}
