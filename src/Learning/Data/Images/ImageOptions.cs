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

    /// <summary>What the pixels become. Default: that of ImageNet.</summary>
    public ImageNormalization Normalization { get; init; } = ImageNormalization.ImageNet;
}
