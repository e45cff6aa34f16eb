using System.Globalization;
using Actors.Learning.Data.AvDigits;
using Actors.Learning.Data.Manifest;
using Actors.Learning.Data.Synthetic;

namespace Actors.Learning.Data;

/// <summary>The datasets, by name.</summary>
public static class Datasets
{
    /// <summary>Handwritten and spoken digits; ships with the project.</summary>
    public const string AvDigits = "av-digits";

    /// <summary>A person's own files, named by a CSV.</summary>
    public const string Manifest = "manifest";

    /// <summary>Made up: class means and noise.</summary>
    public const string Synthetic = "synthetic";

    private static readonly Dictionary<string, Func<DatasetOptions, IDataset>> Known = new()
    {
        [AvDigits] = options => AvDigitsDataset.Open(options.Path, options.Seed, options.AvDigits ?? new AvDigitsOptions()),
        [Manifest] = options => ManifestDataset.Open(options.Path, options.Manifest ?? new ManifestOptions()),
        [Synthetic] = options => new SyntheticDataset(options.Seed, options.Synthetic ?? new SyntheticOptions()),
    };

    /// <summary>Known names, in the order they are listed to people.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Known.Keys];

    /// <summary>Opens the dataset of that name, having checked all of it.</summary>
    /// <exception cref="ArgumentException">The name is unknown.</exception>
    /// <exception cref="DataException">The data has faults; all are listed.</exception>
    public static IDataset Open(DatasetOptions options) =>
        Known.TryGetValue(options.Name, out var open)
            ? open(options)
            : throw new ArgumentException($"Dataset '{options.Name}' is not known. Known datasets: {string.Join(", ", Names)}.");

    /// <summary>Length and time of the file that a dataset is opened from; others where it was written anew. Empty: no file.</summary>
    public static string Stamp(DatasetOptions options)
    {
        string path = options.Name switch
        {
            Manifest => options.Path,
            AvDigits => AvDigitsDataset.FileOf(options.Path),
            _ => "",
        };
        return File.Exists(path) && new FileInfo(path) is var file
            ? string.Create(CultureInfo.InvariantCulture, $"{file.Length} {file.LastWriteTimeUtc.Ticks}")
            : "";
    }
}
