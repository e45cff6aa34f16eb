namespace Actors.Learning.Data.AvDigits;

/// <summary>How hard the digits are to see and to hear. The defaults make each modality alone clearly worse than both.</summary>
public sealed record AvDigitsOptions
{
    /// <summary>Samples of the training split that ship.</summary>
    public const int Samples = 7000;

    /// <summary>Voices of the training split that ship.</summary>
    public const int Voices = 93;

    /// <summary>Energy of the speech over that of the babble, in dB. Default: 15.</summary>
    public double SnrDb { get; init; } = 15;

    /// <summary>Greatest shift of the speech in its window of 760 ms, in ms, in [0, 760]. Default: 100.</summary>
    public double ShiftMs { get; init; } = 100;

    /// <summary>
    /// Samples of the training split that are used, 1 to <see cref="Samples"/>. Few are learnt by heart, audio before the image, which is what starves the
    /// image. Default: 1,500.
    /// </summary>
    public int TrainSamples { get; init; } = 1500;

    /// <summary>Voices of the training split that are used, 1 to <see cref="Voices"/>. Default: 10.</summary>
    public int TrainVoices { get; init; } = 10;

    /// <summary>Part of the variance of the training images that the kept principal components hold, in (0, 1]. Default: 0.25, as AV-MNIST.</summary>
    public double PcaEnergy { get; init; } = 0.25;

    /// <summary>Standard deviation of the noise on each pixel, in units of the pixel range [0, 1], ≥ 0. Default: 0.7.</summary>
    public double NoiseStd { get; init; } = 0.7;
}
