using Actors.Learning.Data;
using Actors.Learning.Evaluation;

namespace Actors.Grains.Runs;

/// <summary>Evaluates on validation, and knows the best by it. Used from one grain's turns.</summary>
internal sealed class RunValidation(RunWorkers workers, RunJournal journal)
{
    /// <summary>Evaluates the run as it stands, and tells.</summary>
    /// <param name="state">Where it stands.</param>
    /// <param name="epoch">Epochs finished.</param>
    /// <returns>The state; its best step is this one where it is better than those before.</returns>
    public async Task<RunState> TakeAsync(RunState state, int epoch)
    {
        SplitPredictions predictions = await workers.EvaluateAsync(Split.Validation);
        double accuracy = ClassificationMetrics.Accuracy(predictions.Labels, predictions.Fused.Predicted);
        bool best = state.BestStep is null || accuracy > state.BestAccuracy;
        await journal.AppendAsync((sequence, now) => RunEvaluation.Describe(predictions, "validation", workers.Ready.ClassCount, epoch, best, sequence, now, state.Step));
        return best ? state with { BestStep = state.Step, BestAccuracy = accuracy } : state;
    }
}
