using System.Globalization;
using Actors.Learning.Evaluation;
using ScottPlot;

namespace Actors.Client.Artifacts;

/// <summary>The agreement matrix as a heat map with its numbers.</summary>
internal static class AgreementPicture
{
    public static void Write(string path, AgreementMatrix matrix, string run)
    {
        int columns = matrix.Right.Length;
        double[,] cells = new double[2, columns];
        for (int column = 0; column < columns; column++)
        {
            (cells[0, column], cells[1, column]) = (matrix.Wrong[column], matrix.Right[column]);
        }

        Plot plot = PictureStyle.Plot($"{run} against separately trained unimodal runs (% of test)", "unimodal runs that are right", "multimodal run");
        var map = plot.Add.Heatmap(cells);
        map.Colormap = new ScottPlot.Colormaps.Blues();
        map.FlipVertically = false;
        double most = matrix.Right.Concat(matrix.Wrong).Max();
        for (int row = 0; row < 2; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                string number = cells[row, column].ToString("F1", CultureInfo.InvariantCulture);
                var text = plot.Add.Text(number, column, 1 - row);
                text.LabelAlignment = Alignment.MiddleCenter;
                text.LabelFontSize = 16;
                text.LabelFontColor = cells[row, column] > most / 2 ? Colors.White : Colors.Black;
            }
        }

        plot.Axes.Bottom.SetTicks([.. Enumerable.Range(0, columns).Select(c => (double)c)], [.. Enumerable.Range(0, columns).Select(matrix.Column)]);
        plot.Axes.Left.SetTicks([0, 1], ["right", "wrong"]);
        plot.HideGrid();
        plot.SavePng(path, 220 + (150 * columns), 360);
    }
}
