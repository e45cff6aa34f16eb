using System.Collections.Immutable;

namespace Actors.Contracts.Runs;

/// <summary>How the files that a manifest names become inputs.</summary>
[GenerateSerializer, Immutable, Alias("Actors.ManifestConfiguration")]
public sealed record ManifestConfiguration
{
    /// <summary>Modalities whose cells name WAV files, and how each is read.</summary>
    [Id(0)] public required ImmutableDictionary<string, AudioConfiguration> Audio { get; init; }

    /// <summary>Modalities whose cells name PNG or JPEG files, and how each is read.</summary>
    [Id(1)] public required ImmutableDictionary<string, ImageConfiguration> Image { get; init; }

    /// <summary>Decoded features kept in memory, in MiB, ≥ 0. Default: 2,048.</summary>
    [Id(2)] public int MemoryMib { get; init; } = 2048;
}
