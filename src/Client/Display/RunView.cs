using Actors.Contracts.Events;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Actors.Client.Display;

/// <summary>Draws where a run stands: a bar, and a table with a row per modality. Columns keep their width whatever the figures.</summary>
internal sealed class RunView(RunOutline outline, RunProgress progress, bool isUnicode)
{
    private const int BarWidth = 30;
    private static readonly string[] Columns = ["loss", "acc %", "s", "r", "k", "grad norm"];

    public IRenderable Draw(TimeSpan elapsed)
    {
        Table table = RoundedTable.For(isUnicode);
        table.AddColumn(new TableColumn("").Width(Math.Max(8, outline.Configuration.Modalities.Max(modality => modality.Name.Length))));
        foreach (string column in Columns)
        {
            table.AddColumn(new TableColumn(column).Width(9).RightAligned());
        }

        StepEvent? step = progress.LastStep;
        table.AddRow("fused", Figures.Value(step?.Loss), Figures.Percent(step?.Accuracy), "", "", "", "");
        foreach (string name in outline.Configuration.Modalities.Select(modality => modality.Name))
        {
            ModalityStep? modality = step?.Modalities.FirstOrDefault(one => one.Name == name);
            table.AddRow(
                Markup.Escape(name), Figures.Value(modality?.Loss), Figures.Percent(modality?.Accuracy), Figures.Value(modality?.Score),
                Figures.Value(modality?.Ratio), Figures.Value(modality?.Coefficient), Figures.Value(modality?.GradientNorm));
        }

        return new Rows(new Text(Bar(elapsed)), table);
    }

    private string Bar(TimeSpan elapsed)
    {
        (char full, char empty) = isUnicode ? ('█', '░') : ('#', '.');
        int filled = (int)Math.Floor((progress.Part ?? 0) * BarWidth);
        string bar = new string(full, filled) + new string(empty, BarWidth - filled);
        string step = progress.TotalSteps is { } total ? $"{progress.Step}/{total}" : Figures.Whole(progress.Step);
        int epochs = outline.Configuration.Training.Epochs;
        string epoch = progress.LastStep is { } last ? $"{last.Epoch + 1}/{epochs}" : $"-/{epochs}";
        string speed = progress.StepsPerSecond is { } known ? known.ToString("F1", System.Globalization.CultureInfo.InvariantCulture) : "-";
        return $"{bar} step {step,13} epoch {epoch,7} {speed,7} it/s  {Figures.Duration(elapsed),8} left {Figures.Duration(progress.Remaining),8}";
    }
}
