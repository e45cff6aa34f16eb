namespace Actors.Learning.Data.Audio;

/// <summary>From a WAV file to a log-spectrogram [1, F, T].</summary>
public sealed record AudioOptions
{
    /// <summary>Rate the sound is resampled to, in Hz, ≥ 1.</summary>
    public required int SampleRateHz { get; init; }

    /// <summary>Length it is cut to, or repeated up to, in seconds, &gt; 0.</summary>
    public required double DurationSeconds { get; init; }

    /// <summary>Samples of a Fourier transform, ≥ 2.</summary>
    public required int FftSize { get; init; }

    /// <summary>Samples between two of them, ≥ 1.</summary>
    public required int HopSize { get; init; }

    /// <summary>True: transforms are centred on every hop and the ends mirrored. False: only those that lie within the sound. Default: true.</summary>
    public bool Centered { get; init; } = true;

    /// <summary>Mel bands; null: the linear spectrum of FftSize / 2 + 1 bins.</summary>
    public int? MelBands { get; init; }

    /// <summary>Taken off every value; null: nothing.</summary>
    public double? Mean { get; init; }

    /// <summary>What every value is divided by; null: nothing.</summary>
    public double? Std { get; init; }

    /// <summary>Samples of the cut.</summary>
    public int SampleCount => (int)Math.Round(SampleRateHz * DurationSeconds);

    /// <summary>F.</summary>
    public int Bins => MelBands ?? ((FftSize / 2) + 1);

    /// <summary>T.</summary>
    public int Frames => 1 + ((Centered ? SampleCount : SampleCount - FftSize) / HopSize);
}
