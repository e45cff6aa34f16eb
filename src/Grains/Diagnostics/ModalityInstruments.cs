using System.Diagnostics.Metrics;
using Actors.Contracts.Events;

namespace Actors.Grains.Diagnostics;

/// <summary>Instruments with a value for each modality of each run: how the modalities are balanced.</summary>
internal static class ModalityInstruments
{
    /// <summary>Creates them.</summary>
    public static void Create(Meter meter, Func<IEnumerable<RunReading>> runs)
    {
        Gauge("actors.modality.loss", "{nat}", "Mean cross-entropy of the modality's own prediction in the newest step told.", m => m.Loss);
        Gauge("actors.modality.accuracy", "1", "Part of the samples the modality's own prediction got right in the newest step told.", m => m.Accuracy);
        Gauge("actors.modality.score", "1", "s: mean true-class probability of the modality's own prediction.", m => m.Score);
        Gauge("actors.modality.ratio", "1", "r: mean score of the other modalities over its own; above 1 it is behind.", m => m.Ratio);
        Gauge("actors.modality.coefficient", "1", "k: what the modality's learning was multiplied by.", m => m.Coefficient);
        Gauge("actors.modality.gradient_norm", "1", "Length of the encoder's and head's gradient, before k and clipping.", m => m.GradientNorm);
        Evaluation("actors.modality.evaluation.loss", "{nat}", "Mean cross-entropy of the modality's own prediction over a split.", m => m.Loss);
        Evaluation("actors.modality.evaluation.accuracy", "1", "Accuracy of the modality's own prediction over a split.", m => m.Accuracy);

        void Gauge(string name, string unit, string description, Func<ModalityStep, double?> read) =>
            meter.CreateObservableGauge(name, () => runs().SelectMany(r => Steps(r, read)), unit, description);

        void Evaluation(string name, string unit, string description, Func<ModalityAccuracy, double?> read) =>
            meter.CreateObservableGauge(name, () => runs().SelectMany(r => Evaluations(r, read)), unit, description);
    }

    private static IEnumerable<Measurement<double>> Steps(RunReading run, Func<ModalityStep, double?> read)
    {
        foreach (ModalityStep modality in run.Step?.Modalities ?? [])
        {
            if (read(modality) is { } value)
            {
                yield return new Measurement<double>(value, run.Label, new("modality", modality.Name));
            }
        }
    }

    private static IEnumerable<Measurement<double>> Evaluations(RunReading run, Func<ModalityAccuracy, double?> read) =>
        Evaluated(run, run.Validation, SplitLabel.Validation, read).Concat(Evaluated(run, run.Test, SplitLabel.Test, read));

    private static IEnumerable<Measurement<double>> Evaluated(
        RunReading run, EvaluationEvent? evaluation, KeyValuePair<string, object?> split, Func<ModalityAccuracy, double?> read)
    {
        foreach (ModalityAccuracy modality in evaluation?.Modalities ?? [])
        {
            if (read(modality) is { } value)
            {
                yield return new Measurement<double>(value, run.Label, new("modality", modality.Name), split);
            }
        }
    }
}
