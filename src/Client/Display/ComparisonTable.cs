using Actors.Client.Running;
using Spectre.Console;

namespace Actors.Client.Display;

/// <summary>Compared runs as a table, for a terminal or as Markdown.</summary>
internal static class ComparisonTable
{
    public static void WriteText(IAnsiConsole console, IReadOnlyList<RunComparison> rows)
    {
        Table table = RoundedTable.For(console);
        table.AddColumns([.. Header(rows).Select(Markup.Escape)]);
        foreach (string[] row in Cells(rows))
        {
            table.AddRow([.. row.Select(Markup.Escape)]);
        }

        console.Write(table);
    }

    public static void WriteMarkdown(TextWriter writer, IReadOnlyList<RunComparison> rows)
    {
        string[] header = Header(rows);
        writer.WriteLine($"| {string.Join(" | ", header)} |");
        writer.WriteLine($"|{string.Concat(header.Select((_, i) => i == 0 ? "---|" : "---:|"))}");
        foreach (string[] row in Cells(rows))
        {
            writer.WriteLine($"| {string.Join(" | ", row)} |");
        }
    }

    private static string[] Header(IReadOnlyList<RunComparison> rows) =>
        ["method", "runs", "accuracy %", "macro-F1 %", "ECE %", .. ModalityNames(rows).Select(name => $"{name} alone %")];

    private static IEnumerable<string[]> Cells(IReadOnlyList<RunComparison> rows) => rows.Select(row => (string[])
    [
        row.Label,
        $"{row.Runs.Count - row.Untested.Count}{(row.Untested.Count == 0 ? "" : $" ({row.Untested.Count} untested)")}",
        Cell(row.Accuracy),
        Cell(row.MacroF1),
        Cell(row.CalibrationError),
        .. ModalityNames(rows).Select(name => Cell(row.Modalities.GetValueOrDefault(name))),
    ]);

    private static string Cell(Spread? spread) => spread?.AsPercent() ?? "-";

    private static string[] ModalityNames(IReadOnlyList<RunComparison> rows) => [.. rows.SelectMany(row => row.Modalities.Keys).Distinct()];
}
