using Actors.Contracts.Events;
using Actors.Learning.Data;
using Actors.Learning.Evaluation;

namespace Actors.Grains.Runs;

/// <summary>Turns a split's predictions into the event that tells of them.</summary>
internal static class RunEvaluation
{
    /// <summary>What of a split is not in its predictions; null where all is. Only shards that keep their files to themselves can be missed.</summary>
    public static string? Missing(RunWorkers workers, SplitPredictions predictions, Split split)
    {
        int all = workers.Ready.SampleCounts[(int)split], missing = all - predictions.Labels.Count;
        return missing == 0
            ? null
            : $"{split} is incomplete: {missing} of {all} samples are not in it. "
                + $"Only shards that are away have them: {string.Join(", ", workers.Rounds!.Away.Distinct().Order())}.";
    }

    public static EvaluationEvent Describe(
        SplitPredictions predictions, string split, int classCount, int epoch, long step, bool best = false) => new()
    {
        Step = step,
        Split = split,
        Epoch = epoch,
        SampleCount = predictions.Labels.Count,
        Loss = ClassificationMetrics.MeanLoss(predictions.Fused),
        Accuracy = ClassificationMetrics.Accuracy(predictions.Labels, predictions.Fused.Predicted),
        MacroF1 = ClassificationMetrics.MacroF1(predictions.Labels, predictions.Fused.Predicted, classCount),
        CalibrationError = Calibration.Of(predictions.Labels, predictions.Fused).Error,
        Modalities =
        [
            .. predictions.Unimodal.Select(u => new ModalityAccuracy(
                u.Key, u.Value is null ? null : ClassificationMetrics.Accuracy(predictions.Labels, u.Value.Predicted))
            {
                Loss = u.Value is null ? null : ClassificationMetrics.MeanLoss(u.Value),
            }),
        ],
        Best = best,
    };
}
