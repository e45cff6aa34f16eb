using ScottPlot;

namespace Actors.Client.Artifacts;

/// <summary>How all pictures look: one palette that colour-blind people can tell apart, one size of type, no frame on top and right.</summary>
internal static class PictureStyle
{
    /// <summary>Okabe and Ito's palette, without its yellow.</summary>
    private static readonly Color[] Palette =
        [new("#0072B2"), new("#D55E00"), new("#009E73"), new("#CC79A7"), new("#56B4E9"), new("#E69F00")];

    /// <summary>Colour of what belongs to no modality.</summary>
    public static Color Neutral { get; } = new("#333333");

    /// <summary>Colour of a modality, by its place in the run.</summary>
    public static Color Of(int modality) => Palette[modality % Palette.Length];

    /// <summary>A plot with titles, of one look.</summary>
    public static Plot Plot(string title, string x, string y)
    {
        var plot = new Plot();
        plot.Title(title, 15);
        plot.XLabel(x, 12);
        plot.YLabel(y, 12);
        plot.Axes.Right.FrameLineStyle.Width = 0;
        plot.Axes.Top.FrameLineStyle.Width = 0;
        plot.Grid.MajorLineColor = Colors.Black.WithAlpha(.08);
        plot.Legend.OutlineWidth = 0;
        plot.Legend.ShadowColor = Colors.Transparent;
        return plot;
    }

    /// <summary>A line of points, those that are no numbers left out.</summary>
    public static void Line(
        Plot plot, IEnumerable<(double X, double? Y)> points, string name, Color color, float width = 2, bool dashed = false, bool marked = false)
    {
        (double X, double? Y)[] known = [.. points.Where(p => p.Y is { } y && double.IsFinite(y))];
        if (known.Length == 0)
        {
            return;
        }

        var line = plot.Add.Scatter(known.Select(p => p.X).ToArray(), known.Select(p => p.Y!.Value).ToArray(), color);
        line.LineWidth = width;
        line.LinePattern = dashed ? LinePattern.Dashed : LinePattern.Solid;
        line.MarkerSize = marked ? 6 : 0;
        line.LegendText = name;
    }

    /// <summary>Writes plots side by side or below each other.</summary>
    public static void Save(string path, int width, int height, IReadOnlyList<Plot> plots, bool columns)
    {
        var figure = new Multiplot();
        figure.RemovePlot(figure.GetPlot(0));
        foreach (Plot plot in plots)
        {
            figure.AddPlot(plot);
        }

        figure.Layout = columns ? new ScottPlot.MultiplotLayouts.Columns() : new ScottPlot.MultiplotLayouts.Rows();
        figure.SavePng(path, width, height);
    }
}
