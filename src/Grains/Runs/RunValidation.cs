using Actors.Contracts.Events;
using Actors.Learning.Data;
using Actors.Learning.Evaluation;
using Actors.Learning.Training;

namespace Actors.Grains.Runs;

/// <summary>Evaluates on validation, and knows the best by it. Used from one grain's turns.</summary>
internal sealed class RunValidation(RunWorkers workers, RunJournal journal, Func<string, Task> warn, RunStop stop)
{
    /// <summary>
    /// Evaluates the run as it stands, and tells. Without the samples of shards that are away it is no best: the others' alone may be easier.
    /// </summary>
    /// <param name="state">Where it stands.</param>
    /// <param name="schedule">The run's.</param>
    /// <exception cref="NotFiniteNumberException">The training has diverged.</exception>
    /// <exception cref="RunStoppedException">The run is to stop at once, and this is not its end.</exception>
    /// <returns>The state; its best step is this one where it is better than those before.</returns>
    public async Task<RunState> TakeAsync(RunState state, RunSchedule schedule)
    {
        SplitPredictions predictions = state.Step == schedule.TotalSteps
            ? await workers.EvaluateAsync(Split.Validation)
            : await stop.UnlessNowAsync(() => workers.EvaluateAsync(Split.Validation));
        Divergence.Refuse(ClassificationMetrics.MeanLoss(predictions.Fused), state.Step); // the last step's may be to blame, which no other follows
        double accuracy = ClassificationMetrics.Accuracy(predictions.Labels, predictions.Fused.Predicted);
        string? missing = RunEvaluation.Missing(workers, predictions, Split.Validation);
        bool best = missing is null && (state.BestStep is null || accuracy > state.BestAccuracy);
        EvaluationEvent told = RunEvaluation.Describe(
            predictions, SplitName.Validation, workers.Ready.ClassCount, schedule.Epoch(state.Step), state.Step, best);
        await journal.AppendAsync(told with { Warning = missing });
        if (missing is not null)
        {
            await warn($"{missing} It cannot be the best.");
        }

        return best ? state with { BestStep = state.Step, BestAccuracy = accuracy } : state;
    }
}
