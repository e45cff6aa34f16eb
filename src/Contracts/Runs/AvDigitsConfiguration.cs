namespace Actors.Contracts.Runs;

/// <summary>How hard the digits of <c>av-digits</c> are to see and to hear.</summary>
[GenerateSerializer, Immutable, Alias("Actors.AvDigitsConfiguration")]
public sealed record AvDigitsConfiguration
{
    /// <summary>Speech over babble, in dB.</summary>
    [Id(0)] public required double SnrDb { get; init; }

    /// <summary>Greatest shift of the speech in its window, in ms, ≥ 0.</summary>
    [Id(1)] public required double ShiftMs { get; init; }

    /// <summary>Part of the variance of the training images that the kept principal components hold, in (0, 1].</summary>
    [Id(2)] public required double PcaEnergy { get; init; }

    /// <summary>Standard deviation of the noise on the image, in units of the pixel range [0, 1], ≥ 0.</summary>
    [Id(3)] public required double NoiseStd { get; init; }

    /// <summary>Voices of the training split that are used, of 93, ≥ 1.</summary>
    [Id(4)] public required int TrainVoices { get; init; }

    /// <summary>Samples of the training split that are used, of 7,000, ≥ 1.</summary>
    [Id(5)] public required int TrainSamples { get; init; }
}
