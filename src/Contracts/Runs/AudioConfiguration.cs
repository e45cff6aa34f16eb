namespace Actors.Contracts.Runs;

/// <summary>From a WAV file to a log-spectrogram [1, F, T].</summary>
[GenerateSerializer, Immutable, Alias("Actors.AudioConfiguration")]
public sealed record AudioConfiguration
{
    /// <summary>Rate the sound is resampled to, in Hz.</summary>
    [Id(0)] public required int SampleRateHz { get; init; }

    /// <summary>Length it is cut to, or repeated up to, in seconds.</summary>
    [Id(1)] public required double DurationSeconds { get; init; }

    /// <summary>Samples of a Fourier transform.</summary>
    [Id(2)] public required int FftSize { get; init; }

    /// <summary>Samples between two of them.</summary>
    [Id(3)] public required int HopSize { get; init; }

    /// <summary>Mel bands; null: the linear spectrum of FftSize / 2 + 1 bins, as the paper's code.</summary>
    [Id(4)] public int? MelBands { get; init; }

    /// <summary>Mean taken off every value; null: none.</summary>
    [Id(5)] public double? Mean { get; init; }

    /// <summary>What every value is divided by; null: 1.</summary>
    [Id(6)] public double? Std { get; init; }

    /// <summary>True: transforms are centred on every hop and the ends mirrored. False: only those that lie within the sound.</summary>
    [Id(7)] public bool Centered { get; init; } = true;
}
