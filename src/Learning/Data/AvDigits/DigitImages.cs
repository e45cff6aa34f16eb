using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Actors.Learning.Native;
using static TorchSharp.torch;

namespace Actors.Learning.Data.AvDigits;

/// <summary>Makes the written digits hard to see: the leading principal components alone, and noise.</summary>
internal sealed class DigitImages
{
    /// <summary>Height and width.</summary>
    public const int Size = 28;

    private const int Pixels = Size * Size;

    private readonly IReadOnlyDictionary<Split, int[]> rows;
    private readonly ulong seed;
    private readonly AvDigitsOptions options;
    private readonly Tensor grey; // [N, 28, 28], bytes; the caller's
    private float[]? mean; // [784], of the training split
    private float[]? components; // [784, K], its leading ones
    private (float Mean, float Std) scale;

    /// <summary>Notes what to make.</summary>
    /// <param name="grey">Grey levels [N, 28, 28], bytes; must outlive this.</param>
    /// <param name="rows">Rows of each split.</param>
    /// <param name="seed">Seed of the noise.</param>
    /// <param name="options">How hard it is.</param>
    public DigitImages(Tensor grey, IReadOnlyDictionary<Split, int[]> rows, ulong seed, AvDigitsOptions options) =>
        (this.grey, this.rows, this.seed, this.options) = (grey, rows, seed, options);

    /// <summary>The inputs of a split, standardised by the training split, [N, 1, 28, 28]. The caller disposes them.</summary>
    /// <remarks>The training split must be made first: it fixes components and scale.</remarks>
    public Tensor Make(Split split)
    {
        Tensor images = grey.Rows(rows[split]).view(-1, Pixels).to(ScalarType.Float32).DivideBy(255); // [N, 784]
        mean = split == Split.Train ? images.mean([0]).data<float>().ToArray() : mean;
        Tensor middle = tensor(mean!);
        Tensor centred = images.sub_(middle); // new memory costs more than the difference
        components = split == Split.Train ? Components(centred) : components;
        Tensor leading = tensor(components!).view(Pixels, -1);
        Tensor made = centred.mm(leading).mm(leading.t()).AddScaled(middle, 1);
        AddNoise(split, made);
        if (split == Split.Train)
        {
            scale = (made.mean().item<float>(), made.std().item<float>());
        }

        return made.Decrease(scale.Mean).DivideBy(scale.Std).view(-1, 1, Size, Size);
    }

    private float[] Components(Tensor centred)
    {
        (Tensor variances, Tensor vectors) = linalg.eigh(centred.t().mm(centred)); // rising
        int count = ComponentCount(variances);
        return vectors.narrow(1, Pixels - count, count).contiguous().data<float>().ToArray();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // it runs once, and for long
    private void AddNoise(Split split, Tensor made)
    {
        int[] of = rows[split];
        Span<float> values = MemoryMarshal.Cast<byte, float>(made.bytes); // the tensor's own memory
        for (int i = 0; i < of.Length; i++)
        {
            var random = new RandomStream(seed, (2UL << 60) + ((ulong)split << 40) + (ulong)of[i]);
            Span<float> image = values.Slice(i * Pixels, Pixels);
            for (int p = 0; p < Pixels; p += 2)
            {
                (double first, double second) = random.NormalPair();
                image[p] += (float)(options.NoiseStd * first);
                image[p + 1] += (float)(options.NoiseStd * second);
            }
        }
    }

    /// <summary>The fewest leading components that hold the wanted part of the variance; one at least, for one image has none.</summary>
    private int ComponentCount(Tensor rising)
    {
        float[] variances = rising.data<float>().ToArray();
        double total = variances.Sum(v => (double)v);
        double held = 0;
        int count = 0;
        do
        {
            held += variances[^++count];
        }
        while (count < variances.Length && held < options.PcaEnergy * total);

        return count;
    }
}
