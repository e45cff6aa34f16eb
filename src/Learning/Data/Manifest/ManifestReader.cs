using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;

namespace Actors.Learning.Data.Manifest;

/// <summary>Reads a manifest and finds every fault of it and of the files it names.</summary>
internal sealed class ManifestReader(string path, IReadOnlyList<string> modalities, int? shard, Action<string, string> checkFile)
{
    private readonly List<(int Line, string Text)> faults = [];

    /// <summary>Reads all rows.</summary>
    /// <exception cref="DataException">There are faults; all are listed: file, row, what is wrong, what was expected.</exception>
    public IReadOnlyList<ManifestRow> Read()
    {
        List<ManifestRow> rows = File.Exists(path) ? ReadRows() : [];
        if (!File.Exists(path))
        {
            faults.Add((0, $"{path}: the manifest is not there. Set data.path to a CSV with columns id, label, split and one per modality."));
        }
        else if (faults.Count == 0 || rows.Count > 0)
        {
            CheckSplits(rows);
            CheckFiles(Kept(rows));
        }

        return faults.Count == 0 ? rows : throw new DataException([.. faults.OrderBy(f => f.Line).Select(f => f.Text)]);
    }

    /// <summary>The rows whose files are to be here.</summary>
    private List<ManifestRow> Kept(List<ManifestRow> rows)
    {
        string[] names = [.. Shards(rows).Order(StringComparer.Ordinal)];
        return shard is not { } own || names.Length == 0 ? rows : [.. rows.Where(row => own < names.Length && row.Shard == names[own])];
    }

    private static HashSet<string> Shards(List<ManifestRow> rows) => [.. rows.Where(row => row.Split == Split.Train).Select(row => row.Shard).OfType<string>()];

    private List<ManifestRow> ReadRows()
    {
        var rows = new List<ManifestRow>();
        var seen = new Dictionary<string, int>();
        using var csv = new CsvReader(new StreamReader(path), new CsvConfiguration(CultureInfo.InvariantCulture) { BadDataFound = null, MissingFieldFound = null, TrimOptions = TrimOptions.Trim });
        string[] header = csv.Read() && csv.ReadHeader() ? csv.HeaderRecord! : [];
        string[] missing = [.. new[] { "id", "label", "split" }.Concat(modalities).Where(column => !header.Contains(column))];
        foreach (string column in missing)
        {
            faults.Add((1, $"{path}:1: column '{column}' is missing; there are {string.Join(", ", header)}. Add it, or leave the modality out of the configuration."));
        }

        bool sharded = header.Contains("shard");
        if (shard is not null && !sharded && missing.Length == 0)
        {
            faults.Add((1, $"{path}:1: column 'shard' is missing; where shards have sites (placement.sites) it says which of them keeps a sample. Add it."));
            return rows;
        }

        while (missing.Length == 0 && csv.Read())
        {
            int line = csv.Parser.RawRow;
            string Cell(string column) => csv.GetField(column) ?? "";
            void Fault(string text) => faults.Add((line, $"{path}:{line}: {text}"));
            string id = Cell("id");
            foreach (string column in new[] { "id", "label" }.Concat(sharded ? ["shard"] : []).Where(column => Cell(column).Length == 0))
            {
                Fault($"cell '{column}' is empty; every row needs one.");
            }

            if (id.Length > 0 && !seen.TryAdd(id, line))
            {
                Fault($"id '{id}' is taken by line {seen[id]}; ids are unique.");
            }

            bool known = Enum.TryParse(Cell("split"), ignoreCase: true, out Split split) && !char.IsDigit(Cell("split")[0]);
            if (!known)
            {
                Fault($"split '{Cell("split")}' is not known; write train, validation or test.");
            }

            var files = new Dictionary<string, string>();
            foreach (string modality in modalities)
            {
                if (Cell(modality).Length == 0)
                {
                    Fault($"modality '{modality}' of sample '{id}' is missing; training with missing modalities is not possible yet. Fill the cell or leave the row out.");
                }
                else
                {
                    files[modality] = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, Cell(modality)));
                }
            }

            if (known)
            {
                rows.Add(new ManifestRow(line, id, Cell("label"), split, sharded ? Cell("shard") : null, files));
            }
        }

        return rows;
    }

    private void CheckSplits(List<ManifestRow> rows)
    {
        foreach (Split split in Enum.GetValues<Split>().Where(split => rows.All(row => row.Split != split)))
        {
            faults.Add((0, $"{path}: split '{split.ToString().ToLowerInvariant()}' has no samples; each of train, validation and test needs some."));
        }

        HashSet<string> trained = [.. rows.Where(row => row.Split == Split.Train).Select(row => row.Label)];
        foreach (ManifestRow row in rows.Where(row => row.Label.Length > 0 && trained.Count > 0 && !trained.Contains(row.Label)).DistinctBy(row => row.Label))
        {
            faults.Add((row.Line, $"{path}:{row.Line}: class '{row.Label}' is never trained: no row of split train has it."));
        }

        HashSet<string> shards = Shards(rows);
        foreach (ManifestRow row in rows.Where(row => row.Shard is { Length: > 0 } name && shards.Count > 0 && !shards.Contains(name)).DistinctBy(row => row.Shard))
        {
            faults.Add((row.Line, $"{path}:{row.Line}: shard '{row.Shard}' trains nothing: no row of split train has it, so that nobody would evaluate its samples."));
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
                    string what = failure is FileNotFoundException or DirectoryNotFoundException ? "the file is not there; paths count from the CSV's folder" : failure.Message;
                    lock (gate)
                    {
                        faults.Add((row.Line, $"{path}:{row.Line}: {modality} '{file}': {what}."));
                    }
                }
            }
        });
    }
}
