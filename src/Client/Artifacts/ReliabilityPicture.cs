using System.Globalization;
using Actors.Learning.Evaluation;
using ScottPlot;

namespace Actors.Client.Artifacts;

/// <summary>Reliability diagram: accuracy by confidence, beside the diagonal of a model that knows what it knows.</summary>
internal static class ReliabilityPicture
{
    public static void Write(string path, SplitPredictions predictions)
    {
        Calibration calibration = Calibration.Of(predictions.Labels, predictions.Fused);
        string error = (100 * calibration.Error).ToString("F2", CultureInfo.InvariantCulture);
        Plot plot = PictureStyle.Plot($"Reliability on test: ECE {error} % over {Calibration.BinCount} bins", "confidence (%)", "accuracy (%)");
        double width = 100.0 / Calibration.BinCount;
        Bar[] bars =
        [
            .. calibration.Bins.Select((bin, b) => (bin, b)).Where(x => x.bin.Count > 0).Select(x => new Bar
            {
                Position = (x.b + .5) * width,
                Value = 100 * x.bin.Accuracy,
                Size = width * .95,
                FillColor = PictureStyle.Of(0).WithAlpha(.25 + (.75 * x.bin.Count / calibration.Bins.Max(b => b.Count))),
                LineWidth = 0,
            }),
        ];
        plot.Add.Bars(bars).LegendText = "accuracy; the darker, the more samples";
        PictureStyle.Line(plot, [(0, 0), (100, 100)], "perfectly calibrated", PictureStyle.Neutral, 1.5f, dashed: true);
        plot.Axes.SetLimits(0, 100, 0, 100);
        plot.ShowLegend(Alignment.UpperLeft);
        plot.SavePng(path, 640, 560);
    }
}
