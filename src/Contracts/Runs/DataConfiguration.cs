namespace Actors.Contracts.Runs;

/// <summary>The dataset of a run.</summary>
[GenerateSerializer, Immutable, Alias("Actors.DataConfiguration")]
public sealed record DataConfiguration
{
    /// <summary>Dataset by name: <c>av-digits</c>, <c>manifest</c>, <c>synthetic</c>.</summary>
    [Id(0)] public required string Dataset { get; init; }

    /// <summary>
    /// <c>av-digits</c>: the folder it ships in. <c>manifest</c>: the CSV. <c>synthetic</c>: empty. A relative path counts from each silo's data root.
    /// </summary>
    [Id(1)] public required string Path { get; init; }

    /// <summary>Seed of what is drawn while the data is made; apart from the run's seed.</summary>
    [Id(2)] public required long Seed { get; init; }

    /// <summary>Folder for decoded features; null: none are kept on disk.</summary>
    [Id(3)] public string? CacheFolder { get; init; }

    /// <summary>Settings of <c>av-digits</c>; null for another dataset.</summary>
    [Id(4)] public AvDigitsConfiguration? AvDigits { get; init; }

    /// <summary>Settings of <c>manifest</c>; null for another dataset.</summary>
    [Id(5)] public ManifestConfiguration? Manifest { get; init; }

    /// <summary>Settings of <c>synthetic</c>; null for another dataset.</summary>
    [Id(6)] public SyntheticConfiguration? Synthetic { get; init; }
}
