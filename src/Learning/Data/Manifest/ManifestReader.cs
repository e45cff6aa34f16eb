using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;

namespace Actors.Learning.Data.Manifest;

/// <summary>Reads a manifest and finds every fault of it and of the files it names.</summary>
internal sealed class ManifestReader(string path, IReadOnlyList<string> modalities, int? shard, Action<string, string> checkFile)
{
    private const string Identity = "id", Label = "label", SplitColumn = "split", Shard = "shard";

    private static readonly Dictionary<string, Split> Splits =
        Enum.GetValues<Split>().ToDictionary(split => split.ToString(), StringComparer.OrdinalIgnoreCase);

    private readonly List<(int Line, string Text)> found = [];
    private HashSet<string> columns = [];

    /// <summary>Reads all rows.</summary>
    /// <param name="faults">All faults, in the order of the rows: file, row, what is wrong, what was expected.</param>
    public IReadOnlyList<ManifestRow> Read(out IReadOnlyList<string> faults)
    {
        List<ManifestRow> rows = [];
        if (!Path.Exists(path))
        {
            found.Add((0, $"{path}: the manifest is not there. Set data.path to a CSV with columns id, label, split and one per modality."));
        }
        else if (Directory.Exists(path))
        {
            found.Add((0, $"{path}: the manifest is a folder. Set data.path to the CSV, a file."));
        }
        else
        {
            try
            {
                rows = ReadRows();
                CheckSplits(rows);
                CheckFiles(Kept(rows));
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                found.Add((0, $"{path}: the manifest cannot be read ({failure.Message.TrimEnd('.')}). Set data.path to a CSV that this user may read."));
            }
        }

        faults = [.. found.OrderBy(f => f.Line).Select(f => f.Text)];
        return rows;
    }

    /// <summary>The rows whose files are to be here; none where nobody says which.</summary>
    private List<ManifestRow> Kept(List<ManifestRow> rows)
    {
        string[] names = [.. Shards(rows).Order(StringComparer.Ordinal)];
        return shard is not { } own ? rows : [.. rows.Where(row => own < names.Length && row.Shard == names[own])];
    }

    private static HashSet<string> Shards(List<ManifestRow> rows) =>
        [.. Trained(rows).Select(row => row.Shard).OfType<string>().Where(name => name.Length > 0)];

    /// <summary>Rows to train on; one whose split is not known may have been meant so.</summary>
    private static IEnumerable<ManifestRow> Trained(List<ManifestRow> rows) => rows.Where(row => row.Split is Split.Train or null);

    private List<ManifestRow> ReadRows()
    {
        var rows = new List<ManifestRow>();
        var seen = new Dictionary<string, int>();
        var format = new CsvConfiguration(CultureInfo.InvariantCulture) { BadDataFound = null, MissingFieldFound = null, TrimOptions = TrimOptions.Trim };
        using var csv = new CsvReader(new StreamReader(path), format);
        string[] header = csv.Read() && csv.ReadHeader() ? csv.HeaderRecord! : [];
        columns = [.. header];
        string[] needed = [Identity, Label, SplitColumn, .. modalities];
        foreach (string column in needed.Append(Shard).Where(column => header.Count(name => name == column) > 1))
        {
            found.Add((1, $"{path}:1: column '{column}' is there twice; which of them counts is not known. Rename one or take it out."));
        }

        foreach (string column in needed.Where(column => !columns.Contains(column)))
        {
            string there = string.Join(", ", header);
            found.Add((1, $"{path}:1: column '{column}' is missing; there are {there}. Add it, or leave the modality out of the configuration."));
        }

        if (shard is not null && !columns.Contains(Shard))
        {
            found.Add((1, $"{path}:1: column 'shard' is missing; where shards have sites (placement.sites) it says which of them keeps a sample. Add it."));
        }

        while (csv.Read()) // what the columns that are there hold is checked all the same
        {
            int line = csv.Parser.RawRow;
            string Cell(string column) => columns.Contains(column) ? csv.GetField(column) ?? "" : "";
            void Fault(string text) => found.Add((line, $"{path}:{line}: {text}"));
            if (csv.Parser.Count > header.Length)
            {
                Fault(
                    $"the row has {csv.Parser.Count} cells, but the header {header.Length} columns. "
                    + "Put a cell that has a comma in quotes, or take the last cells out.");
            }

            string id = Cell(Identity);
            foreach (string column in new[] { Identity, Label, Shard }.Where(column => columns.Contains(column) && Cell(column).Length == 0))
            {
                Fault($"cell '{column}' is empty; every row needs one.");
            }

            if (id.Length > 0 && !seen.TryAdd(id, line))
            {
                Fault($"id '{id}' is taken by line {seen[id]}; ids are unique.");
            }

            Split? split = Splits.TryGetValue(Cell(SplitColumn), out Split known) ? known : null;
            if (split is null && columns.Contains(SplitColumn))
            {
                Fault($"split '{Cell(SplitColumn)}' is not known; write train, validation or test.");
            }

            var files = new Dictionary<string, string>();
            foreach (string modality in modalities.Where(columns.Contains))
            {
                if (Cell(modality).Length == 0)
                {
                    Fault(
                        $"modality '{modality}' of sample '{id}' is missing; training with missing modalities is not possible yet. "
                        + "Fill the cell or leave the row out.");
                }
                else
                {
                    files[modality] = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, Cell(modality)));
                }
            }

            rows.Add(new ManifestRow(line, id, Cell(Label), split, columns.Contains(Shard) ? Cell(Shard) : null, files));
        }

        return rows;
    }

    private void CheckSplits(List<ManifestRow> rows)
    {
        if (!columns.Contains(SplitColumn))
        {
            return;
        }

        foreach (Split split in Enum.GetValues<Split>().Where(split => rows.All(row => row.Split != split)))
        {
            found.Add((0, $"{path}: split '{split.ToString().ToLowerInvariant()}' has no samples; each of train, validation and test needs some."));
        }

        HashSet<string> trained = [.. Trained(rows).Select(row => row.Label)];
        foreach (ManifestRow row in rows.Where(row => row.Label.Length > 0 && trained.Count > 0 && !trained.Contains(row.Label)).DistinctBy(row => row.Label))
        {
            found.Add((row.Line, $"{path}:{row.Line}: class '{row.Label}' is never trained: no row of split train has it."));
        }

        HashSet<string> shards = Shards(rows);
        IEnumerable<ManifestRow> idle = rows.Where(row => row.Shard is { Length: > 0 } name && shards.Count > 0 && !shards.Contains(name));
        foreach (ManifestRow row in idle.DistinctBy(row => row.Shard))
        {
            found.Add((
                row.Line,
                $"{path}:{row.Line}: shard '{row.Shard}' trains nothing: no row of split train has it, so that nobody would evaluate its samples."));
        }
    }

    private void CheckFiles(List<ManifestRow> rows)
    {
        var gate = new Lock();
        Parallel.ForEach(rows, new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, Environment.ProcessorCount) }, row =>
        {
            foreach ((string modality, string file) in row.Files)
            {
                try
                {
                    checkFile(modality, file);
                }
                catch (Exception failure) when (failure is InvalidDataException or IOException or UnauthorizedAccessException)
                {
                    lock (gate)
                    {
                        found.Add((row.Line, row.Fault(path, modality, failure)));
                    }
                }
            }
        });
    }
}
