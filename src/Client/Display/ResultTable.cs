using Actors.Client.Running;
using Actors.Contracts.Events;
using Actors.Contracts.Runs;
using Spectre.Console;

namespace Actors.Client.Display;

/// <summary>How a run ended, as a table.</summary>
internal static class ResultTable
{
    public static void Write(IAnsiConsole console, RunSummary summary)
    {
        Table table = RoundedTable.For(console);
        table.AddColumns("", "epoch", "accuracy %", "macro-F1 %", "ECE %", "loss");
        Row(table, "validation (best)", summary.Validation);
        Row(table, "test", summary.Test);
        if (table.Rows.Count > 0)
        {
            console.Write(table);
        }

        if (summary.Test?.Warning is { } warning)
        {
            Line(console, $"Warning: {warning}");
        }

        string elapsed = Figures.Duration(TimeSpan.FromSeconds(summary.ElapsedSeconds));
        Line(console, $"{summary.Name}: {summary.Status.Word()} at step {summary.Step} after {elapsed}. {summary.Message}");
        Line(console, $"folder {summary.Folder}");
    }

    /// <summary>A line as it is, without markup.</summary>
    public static void Line(IAnsiConsole console, string text) => console.Write(new Text(text + Environment.NewLine));

    private static void Row(Table table, string name, EvaluationEvent? evaluation)
    {
        if (evaluation is null)
        {
            return;
        }

        table.AddRow(
            name, Figures.Whole(evaluation.Epoch), Figures.Percent(evaluation.Accuracy), Figures.Percent(evaluation.MacroF1),
            Figures.Percent(evaluation.CalibrationError), Figures.Value(evaluation.Loss));
        foreach (ModalityAccuracy modality in evaluation.Modalities.Where(modality => modality.Accuracy is not null))
        {
            table.AddRow($"  {Markup.Escape(modality.Name)} alone", "", Figures.Percent(modality.Accuracy), "", "", "");
        }
    }
}
