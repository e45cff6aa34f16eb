using Actors.Contracts.Events;
using ScottPlot;

namespace Actors.Client.Artifacts;

/// <summary>Loss and accuracy: training as it went, validation after each epoch.</summary>
internal static class LearningPicture
{
    private const double Smoothing = 0.9; // of a step's batch there is too little to see a trend by

    public static void Write(string path, IReadOnlyList<RunEvent> events)
    {
        StepEvent[] steps = [.. events.OfType<StepEvent>()];
        EvaluationEvent[] validation = [.. events.OfType<EvaluationEvent>().Where(e => e.Split == SplitName.Validation)];
        Plot loss = PictureStyle.Plot("Loss", "step", "cross-entropy (nats)");
        Plot accuracy = PictureStyle.Plot("Accuracy", "step", "accuracy (%)");
        PictureStyle.Line(loss, Smooth(steps.Select(s => ((double)s.Step, (double?)s.Loss))), "fused, training", PictureStyle.Neutral, 1.5f, dashed: true);
        PictureStyle.Line(loss, validation.Select(v => ((double)v.Step, (double?)v.Loss)), "fused, validation", PictureStyle.Neutral, marked: true);
        PictureStyle.Line(
            accuracy, Smooth(steps.Select(s => ((double)s.Step, (double?)(100 * s.Accuracy)))), "fused, training", PictureStyle.Neutral, 1.5f, dashed: true);
        PictureStyle.Line(
            accuracy, validation.Select(v => ((double)v.Step, (double?)(100 * v.Accuracy))), "fused, validation", PictureStyle.Neutral, marked: true);
        for (int i = 0; i < steps[0].Modalities.Length; i++)
        {
            int modality = i;
            string name = steps[0].Modalities[i].Name;
            PictureStyle.Line(
                loss, Smooth(steps.Select(s => ((double)s.Step, s.Modalities[modality].Loss))), $"{name}, training", PictureStyle.Of(i), 1.5f, dashed: true);
            PictureStyle.Line(
                accuracy,
                validation.Select(v => ((double)v.Step, 100 * v.Modalities[modality].Accuracy)),
                $"{name} alone, validation",
                PictureStyle.Of(i),
                marked: true);
        }

        loss.Axes.SetLimitsY(0, loss.Axes.GetLimits().Top);
        accuracy.Axes.SetLimitsY(0, 100);
        loss.ShowLegend(Alignment.UpperRight);
        accuracy.ShowLegend(Alignment.LowerRight);
        PictureStyle.Save(path, 1300, 480, [loss, accuracy], columns: true);
    }

    private static IEnumerable<(double X, double? Y)> Smooth(IEnumerable<(double X, double? Y)> points)
    {
        double? mean = null;
        foreach ((double x, double? y) in points)
        {
            if (y is { } value && double.IsFinite(value))
            {
                mean = mean is null ? value : (Smoothing * mean) + ((1 - Smoothing) * value);
                yield return (x, mean);
            }
        }
    }
}
