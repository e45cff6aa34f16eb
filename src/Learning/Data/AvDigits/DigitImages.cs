using static TorchSharp.torch;

namespace Actors.Learning.Data.AvDigits;

/// <summary>Makes the written digits hard to see: the leading principal components alone, and noise.</summary>
internal sealed class DigitImages
{
    /// <summary>Height and width.</summary>
    public const int Size = 28;

    private const int Pixels = Size * Size;

    private readonly ulong seed;
    private readonly AvDigitsOptions options;
    private readonly Tensor images; // [N, 784] in [0, 1]
    private readonly Tensor mean; // [784]
    private readonly Tensor components; // [784, K]
    private readonly (double Mean, double Std) scale;

    /// <summary>Finds the components of the training images.</summary>
    /// <param name="grey">Grey levels [N, 28, 28], bytes.</param>
    /// <param name="trainRows">Rows of the training split.</param>
    /// <param name="seed">Seed of the noise.</param>
    /// <param name="options">How hard it is.</param>
    public DigitImages(Tensor grey, int[] trainRows, ulong seed, AvDigitsOptions options)
    {
        (this.seed, this.options) = (seed, options);
        images = grey.view(-1, Pixels).to(ScalarType.Float32) / 255;
        using Tensor train = images.Rows(trainRows); // [7000, 784]
        mean = train.mean([0]);
        Tensor centred = train - mean;
        Tensor covariance = centred.t().mm(centred); // [784, 784]
        (Tensor variances, Tensor vectors) = linalg.eigh(covariance); // rising
        components = vectors.narrow(1, Pixels - ComponentCount(variances), ComponentCount(variances));
        using Tensor plain = Noisy(Split.Train, trainRows);
        scale = (plain.mean().item<float>(), plain.std().item<float>());
    }

    /// <summary>The inputs of some rows, standardised by the training split, [N, 1, 28, 28].</summary>
    public Tensor Make(Split split, int[] rows) => Noisy(split, rows).sub_(scale.Mean).div_(scale.Std).view(-1, 1, Size, Size);

    private Tensor Noisy(Split split, int[] rows)
    {
        Tensor centred = images.Rows(rows) - mean; // [N, 784]
        Tensor kept = centred.mm(components).mm(components.t()) + mean;
        float[] noise = new float[rows.Length * Pixels];
        Parallel.For(0, rows.Length, i =>
        {
            var random = new RandomStream(seed, (2UL << 60) + ((ulong)split << 40) + (ulong)rows[i]);
            for (int p = 0; p < Pixels; p++)
            {
                noise[(i * Pixels) + p] = (float)random.Normal();
            }
        });
        return kept.add_(tensor(noise, [rows.Length, Pixels]), alpha: options.NoiseStd);
    }

    /// <summary>The fewest leading components that hold the wanted part of the variance.</summary>
    private int ComponentCount(Tensor rising)
    {
        float[] variances = rising.data<float>().ToArray();
        double total = variances.Sum(v => (double)v);
        double held = 0;
        int count = 0;
        while (count < variances.Length && held < options.PcaEnergy * total)
        {
            held += variances[^++count];
        }

        return count;
    }
}
