using Actors.Learning.Data.AvDigits;
using Actors.Learning.Data.Manifest;
using Actors.Learning.Data.Synthetic;

namespace Actors.Learning.Data;

/// <summary>Which dataset a run reads, where it is, and how its difficulty and features are made.</summary>
public sealed record DatasetOptions
{
    /// <summary>One of <see cref="Datasets.Names"/>.</summary>
    public required string Name { get; init; }

    /// <summary><c>av-digits</c>: the folder it ships in. <c>manifest</c>: the CSV.</summary>
    public required string Path { get; init; }

    /// <summary>
    /// Seed of everything drawn while the data is made (noise, shifts, pairs); apart from the run's seed, so that every seed of a run sees the same data.
    /// </summary>
    public ulong Seed { get; init; }

    /// <summary>Settings of <c>av-digits</c>; null: its defaults.</summary>
    public AvDigitsOptions? AvDigits { get; init; }

    /// <summary>Settings of <c>manifest</c>; null: no modality at all.</summary>
    public ManifestOptions? Manifest { get; init; }

    /// <summary>Settings of <c>synthetic</c>; null: its defaults.</summary>
    public SyntheticOptions? Synthetic { get; init; }
}
