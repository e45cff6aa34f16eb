using Actors.Contracts.Events;

namespace Actors.Client.Artifacts;

/// <summary>A run's curves as a TensorBoard event file, written anew from the run's events, so that a resumed run never steps back.</summary>
internal static class TensorBoardFile
{
    /// <summary>Writes the folder's one file.</summary>
    public static void Write(string folder, IReadOnlyList<RunEvent> events)
    {
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, "events.out.tfevents.0.actors");
        string draft = $"{path}.draft";
        using (FileStream file = File.Create(draft))
        {
            TensorBoardRecord.Write(file, TensorBoardRecord.Version(Seconds(events.FirstOrDefault())));
            foreach (RunEvent runEvent in events)
            {
                foreach ((string tag, double value) in Scalars(runEvent))
                {
                    TensorBoardRecord.Write(file, TensorBoardRecord.Scalar(Seconds(runEvent), runEvent.Step, tag, (float)value));
                }
            }
        }

        File.Move(draft, path, overwrite: true);
    }

    private static double Seconds(RunEvent? runEvent) => (runEvent?.Time ?? DateTimeOffset.UnixEpoch).ToUnixTimeMilliseconds() / 1000.0;

    private static IEnumerable<(string Tag, double Value)> Scalars(RunEvent runEvent) => runEvent switch
    {
        StepEvent step => Of(step),
        EvaluationEvent { Split: "validation" } evaluation => Of(evaluation, "val"),
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
            foreach ((string name, double? value) in new[] { ("score", modality.Score), ("ratio", modality.Ratio) })
            {
                if (value is { } known)
                {
                    yield return ($"balance/{name}/{modality.Name}", known);
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
