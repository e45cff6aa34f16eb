namespace Actors.Learning.Data.Images;

/// <summary>From a PNG or JPEG file to a tensor [Channels, Height, Width].</summary>
public sealed record ImageOptions
{
    /// <summary>Rows it is resized to, ≥ 1.</summary>
    public required int Height { get; init; }

    /// <summary>Columns it is resized to, ≥ 1.</summary>
    public required int Width { get; init; }

    /// <summary>1 (luminance) or 3 (RGB). Default: 3.</summary>
    public int Channels { get; init; } = 3;

    /// <summary><c>imagenet</c> (its mean and std), <c>half</c> (0.5 and 0.5) or <c>none</c> (values in [0, 1]). Default: imagenet.</summary>
    public string Normalization { get; init; } = "imagenet";
}
