using System.Runtime.CompilerServices;
using Actors.Learning.Native;
using static TorchSharp.torch;

namespace Actors.Learning.Data.AvDigits;

/// <summary>Makes the spoken digits hard to hear: few training voices, a shift in time, and babble of other clips of the split.</summary>
internal sealed class DigitSpeech
{
    /// <summary>Frequency bins: those of a Fourier transform of 128 samples without the constant one.</summary>
    public const int Bins = FftSize / 2;

    /// <summary>Frames in time.</summary>
    public const int Frames = 32;

    private const int FftSize = 128;
    private const int HopSize = 192;
    private const int Window = FftSize + (HopSize * (Frames - 1));
    private const int SampleRateHz = 8000;
    private const int BabbleClips = 3;
    private const double LogOffset = 1e-3; // keeps silence finite; about the babble's own floor

    private readonly ulong seed;
    private readonly AvDigitsOptions options;
    private readonly byte[] labels;
    private readonly byte[] splits;
    private readonly byte[] voices;
    private readonly Tensor speech; // mu-law, [N, 6000], bytes; the caller's
    private readonly float[] decoded = new float[256];
    private readonly Dictionary<Split, int[]> clipsOf = [];
    private (double Mean, double Std)? scale;

    public DigitSpeech(IReadOnlyDictionary<string, Tensor> file, ulong seed, AvDigitsOptions options)
    {
        (this.seed, this.options) = (seed, options);
        labels = file["speech_labels"].bytes.ToArray();
        splits = file["speech_split"].bytes.ToArray();
        voices = file["speech_voice"].bytes.ToArray();
        speech = file["speech"];
        for (int code = 0; code < decoded.Length; code++)
        {
            double y = (code / 255.0 * 2) - 1; // mu-law, µ = 255
            decoded[code] = code == 128 ? 0 : (float)(Math.Sign(y) * (Math.Pow(256, Math.Abs(y)) - 1) / 255);
        }
    }

    /// <summary>A clip of the same class and split for each label, drawn with repeats.</summary>
    public int[] Pair(Split split, int[] wanted)
    {
        int[][] byClass = [.. Enumerable.Range(0, 10).Select(c => ClipsOf(split).Where(clip => labels[clip] == c).ToArray())];
        return [.. wanted.Select((label, i) =>
            byClass[label][new RandomStream(seed, (3UL << 60) + ((ulong)split << 40) + (ulong)i).Below(byClass[label].Length)])];
    }

    /// <summary>Log-spectrograms of some clips, each shifted and in its own babble, standardised by the training split, [N, 1, 64, 32].</summary>
    /// <remarks>The training split must be made first: it fixes the scale.</remarks>
    public Tensor Make(Split split, int[] clips)
    {
        const int Chunk = 64; // its pieces stay in the cache
        float[] waves = new float[Chunk * Window];
        Tensor mixed = frombuffer(waves, ScalarType.Float32).view(-1, Window); // [64, 6080], no copy
        Tensor result = empty([clips.Length, 1, Bins, Frames]);
        Tensor fourier = Fourier(); // [128, 128]
        for (int start = 0; start < clips.Length; start += Chunk)
        {
            using var scope = NewDisposeScope();
            int first = start, count = Math.Min(Chunk, clips.Length - start);
            Array.Clear(waves);
            Parallel.For(0, count, i => Mix(split, first + i, clips[first + i], waves.AsSpan(i * Window, Window)));
            Tensor parts = mixed.narrow(0, 0, count).unfold(1, FftSize, HopSize).reshape(-1, FftSize).mm(fourier); // [n * 32, 128]
            Tensor power = parts.mul_(parts).view(count, Frames, 2, Bins).sum(2); // [n, 32, 64]
            result.narrow(0, start, count).copy_(power.Increase(LogOffset).log_().transpose(1, 2).unsqueeze(1));
        }

        scale ??= (result.mean().item<float>(), result.std().item<float>());
        return result.Decrease(scale.Value.Mean).DivideBy(scale.Value.Std);
    }

    /// <summary>Cosines and sines under a Hann window: a product with it is faster than a transform this short.</summary>
    private static Tensor Fourier()
    {
        Tensor times = Numbers(0, FftSize).unsqueeze(1), frequencies = Numbers(1, Bins); // [128, 1], [64]
        Tensor angle = (times * frequencies).MultiplyBy(2 * Math.PI / FftSize); // [128, 64]
        Tensor window = hann_window(FftSize, dtype: ScalarType.Float64).unsqueeze(1);
        return (cat([angle.cos(), angle.sin()], 1) * window).to(ScalarType.Float32);
    }

    private static Tensor Numbers(int first, int count) => tensor([.. Enumerable.Range(first, count).Select(number => (double)number)]);

    private int[] ClipsOf(Split split)
    {
        if (!clipsOf.TryGetValue(split, out int[]? clips))
        {
            clips = [.. Enumerable.Range(0, splits.Length).Where(clip => splits[clip] == (byte)split)];
            if (split == Split.Train)
            {
                byte[] all = [.. clips.Select(clip => voices[clip]).Distinct().Order()];
                int[] drawn = new RandomStream(seed, 4UL << 60).Permutation(all.Length);
                HashSet<byte> kept = [.. drawn.Take(options.TrainVoices).Select(position => all[position])];
                clips = [.. clips.Where(clip => kept.Contains(voices[clip]))];
            }

            clipsOf[split] = clips;
        }

        return clips;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // it runs for long, from the first call on
    private void Mix(Split split, int row, int clip, Span<float> wave)
    {
        var random = new RandomStream(seed, (5UL << 60) + ((ulong)split << 40) + (ulong)row);
        int shift = random.Below((int)(options.ShiftMs * SampleRateHz / 1000) + 1);
        double energy = 0;
        ReadOnlySpan<byte> codes = speech.bytes;
        for (int t = 0; t < Math.Min(DigitTensors.ClipLength, Window - shift); t++)
        {
            float sample = decoded[codes[(clip * DigitTensors.ClipLength) + t]];
            wave[shift + t] = sample;
            energy += sample * sample;
        }

        ReadOnlySpan<float> table = decoded;
        Span<float> babble = stackalloc float[Window];
        int[] others = ClipsOf(split);
        for (int k = 0; k < BabbleClips; k++)
        {
            int start = others[random.Below(others.Length)] * DigitTensors.ClipLength;
            int roll = random.Below(DigitTensors.ClipLength);
            for (int t = 0, at = roll; t < Window; t++, at++)
            {
                at = at == DigitTensors.ClipLength ? 0 : at; // a remainder here would cost more than all else
                babble[t] += table[codes[start + at]];
            }
        }

        double babbleEnergy = 0;
        foreach (float sample in babble)
        {
            babbleEnergy += sample * sample;
        }

        float gain = (float)Math.Sqrt(energy / (babbleEnergy + 1e-9) * Math.Pow(10, -options.SnrDb / 10));
        for (int t = 0; t < Window; t++)
        {
            wave[t] += gain * babble[t];
        }
    }
}
