using Actors.Learning.Native;
using static TorchSharp.torch;

namespace Actors.Learning.Data.Audio;

/// <summary>The log-spectrogram of a sound: log(|STFT| + 1e-7), Hann window, as the paper's code and librosa.</summary>
public sealed class Spectrogram : IDisposable
{
    private const double Offset = 1e-7; // the paper's code

    private readonly AudioOptions options;
    private readonly Tensor window;
    private readonly Tensor? mel; // [bands, F]

    /// <summary>Prepares window and filters.</summary>
    public Spectrogram(AudioOptions options)
    {
        this.options = options;
        window = hann_window(options.FftSize).DetachFromDisposeScope();
        mel = options.MelBands is { } bands ? MelFilterBank.Make(bands, options.FftSize, options.SampleRateHz) : null;
    }

    /// <summary>The spectrogram of a sound that has the options' rate and length.</summary>
    /// <param name="samples">[SampleCount], in [−1, 1].</param>
    /// <returns>[1, F, T], float32, CPU. The caller disposes it.</returns>
    public Tensor Of(float[] samples)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        Tensor sound = tensor(samples); // [N]
        // [F, T]
        Tensor spectrum = stft(sound, options.FftSize, options.HopSize, options.FftSize, window, center: options.Centered, return_complex: true).abs();
        Tensor bands = mel is null ? spectrum : mel.mm(spectrum); // [F or bands, T]
        Tensor result = bands.Increase(Offset).log_();
        if (options.Mean is { } mean)
        {
            result.Decrease(mean);
        }

        if (options.Std is { } std)
        {
            result.DivideBy(std);
        }

        return result.unsqueeze(0).DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        window.Dispose();
        mel?.Dispose();
    }
}
