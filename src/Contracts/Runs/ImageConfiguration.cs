namespace Actors.Contracts.Runs;

/// <summary>From a PNG or JPEG file to a tensor [Channels, Height, Width].</summary>
[GenerateSerializer, Immutable, Alias("Actors.ImageConfiguration")]
public sealed record ImageConfiguration
{
    /// <summary>Rows every picture is resized to, in pixels, ≥ 1. Default: 224.</summary>
    [Id(0)] public required int Height { get; init; }

    /// <summary>Columns every picture is resized to, in pixels, ≥ 1. Default: 224.</summary>
    [Id(1)] public required int Width { get; init; }

    /// <summary>1 (luminance) or 3 (RGB).</summary>
    [Id(2)] public required int Channels { get; init; }

    /// <summary><c>imagenet</c>, <c>half</c> (mean and std 0.5) or <c>none</c> (values in [0, 1]).</summary>
    [Id(3)] public required string Normalization { get; init; }
}
