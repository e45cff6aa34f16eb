using Actors.Contracts.Events;
using ScottPlot;

namespace Actors.Client.Artifacts;

/// <summary>How the modalities were balanced: score, ratio and coefficient over the steps.</summary>
internal static class BalancePicture
{
    public static void Write(string path, IReadOnlyList<RunEvent> events)
    {
        StepEvent[] steps = [.. events.OfType<StepEvent>()];
        Plot score = PictureStyle.Plot("Score s: mean probability of the true class", "", "s");
        Plot ratio = PictureStyle.Plot("Ratio r: score of the others over its own (above 1 it is behind)", "", "r");
        Plot coefficient = PictureStyle.Plot("Coefficient k: what its learning is multiplied by", "step", "k");
        for (int i = 0; i < steps[0].Modalities.Length; i++)
        {
            int modality = i;
            string name = steps[0].Modalities[i].Name;
            PictureStyle.Line(score, steps.Select(s => ((double)s.Step, s.Modalities[modality].Score)), name, PictureStyle.Of(i));
            PictureStyle.Line(ratio, steps.Select(s => ((double)s.Step, s.Modalities[modality].Ratio)), name, PictureStyle.Of(i));
            PictureStyle.Line(coefficient, steps.Select(s => ((double)s.Step, (double?)s.Modalities[modality].Coefficient)), name, PictureStyle.Of(i));
        }

        foreach (Plot plot in new[] { ratio, coefficient })
        {
            plot.Add.HorizontalLine(1, 1, PictureStyle.Neutral.WithAlpha(.5), LinePattern.Dotted);
        }

        foreach (Plot plot in new[] { score, ratio, coefficient })
        {
            plot.ShowLegend(Alignment.UpperRight);
        }

        PictureStyle.Save(path, 1000, 1000, [score, ratio, coefficient], columns: false);
    }
}
