namespace Actors.Learning.Data.Images;

/// <summary>What pixels in [0, 1] become.</summary>
public enum ImageNormalization
{
    /// <summary>Each channel less ImageNet's mean, over its standard deviation.</summary>
    ImageNet,

    /// <summary>In [−1, 1].</summary>
    Half,

    /// <summary>As they are.</summary>
    None,
}
