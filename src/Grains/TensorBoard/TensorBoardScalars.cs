using Actors.Contracts.Events;

namespace Actors.Grains.TensorBoard;

/// <summary>Which curves TensorBoard draws of a run's events.</summary>
internal static class TensorBoardScalars
{
    /// <summary>Tag and value of each point of an event; none of an event that is no point of a curve.</summary>
    public static IEnumerable<(string Tag, double Value)> Of(RunEvent runEvent) => runEvent switch
    {
        StepEvent step => Of(step),
        RoundEvent round => [("round/number", round.Round), ("round/contributions", round.ContributionCount), ("round/seconds", round.Seconds)],
        EvaluationEvent { Split: SplitName.Validation } evaluation => Of(evaluation, "val"),
        EvaluationEvent evaluation => Of(evaluation, evaluation.Split),
        _ => [],
    };

    private static IEnumerable<(string Tag, double Value)> Of(StepEvent step)
    {
        yield return ("train/loss", step.Loss);
        yield return ("train/acc", step.Accuracy);
        yield return ("lr", step.LearningRate);
        yield return ("perf/samples_per_s", step.SamplesPerSecond);
        foreach (ModalityStep modality in step.Modalities)
        {
            yield return ($"grad_norm/{modality.Name}", modality.GradientNorm);
            yield return ($"balance/k/{modality.Name}", modality.Coefficient);
            foreach ((string tag, double? value) in new[]
            {
                ("train/loss", modality.Loss), ("train/acc", modality.Accuracy), ("balance/score", modality.Score), ("balance/ratio", modality.Ratio),
            })
            {
                if (value is { } known)
                {
                    yield return ($"{tag}/{modality.Name}", known);
                }
            }
        }
    }

    private static IEnumerable<(string Tag, double Value)> Of(EvaluationEvent evaluation, string split)
    {
        yield return ($"{split}/loss", evaluation.Loss);
        yield return ($"{split}/acc", evaluation.Accuracy);
        yield return ($"{split}/macro_f1", evaluation.MacroF1);
        yield return ($"{split}/ece", evaluation.CalibrationError);
        foreach ((string name, double? accuracy) in evaluation.Modalities.Select(m => (m.Name, m.Accuracy)))
        {
            if (accuracy is { } known)
            {
                yield return ($"{split}/acc/{name}", known);
            }
        }
    }
}
