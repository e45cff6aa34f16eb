using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using static TorchSharp.torch;

namespace Actors.Learning.Data.Synthetic;

/// <summary>Made-up samples of any number of modalities: a class mean per modality, and noise. For tests, and to try a setup out.</summary>
public sealed class SyntheticDataset : IDataset
{
    private readonly Dictionary<(string, Split), Tensor> inputs = [];
    private readonly Dictionary<Split, SampleTable> tables = [];

    /// <summary>Makes the data.</summary>
    public SyntheticDataset(ulong seed, SyntheticOptions options)
    {
        Modalities = [.. options.Noise.Select((_, i) => new Modality($"m{i}", [1, options.Size, options.Size]))];
        Classes = [.. Enumerable.Range(0, options.Classes).Select(c => c.ToString(CultureInfo.InvariantCulture))];
        string settings = $"synthetic {seed} {string.Join(' ', options.Noise)} {options.Size} {options.Classes} {options.Samples}";
        Digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(settings)));
        int values = options.Size * options.Size;
        foreach (Split split in Enum.GetValues<Split>())
        {
            int count = split == Split.Train ? options.Samples : Math.Max(1, options.Samples / 4);
            int[] labels = [.. Enumerable.Range(0, count).Select(row => row % options.Classes)];
            tables[split] = new SampleTable([.. labels.Select((_, row) => $"{split}-{row}".ToLowerInvariant())], labels);
            for (int m = 0; m < options.Noise.Count; m++)
            {
                float[] data = new float[count * values];
                for (int row = 0; row < count; row++)
                {
                    var mean = new RandomStream(seed, (ulong)((m * 1000) + labels[row]));
                    var noise = new RandomStream(seed + 1, ((ulong)split << 40) + ((ulong)m << 32) + (ulong)row);
                    for (int i = 0; i < values; i++)
                    {
                        data[(row * values) + i] = (float)(mean.Normal() + (options.Noise[m] * noise.Normal()));
                    }
                }

                inputs[($"m{m}", split)] = tensor(data, [count, 1, options.Size, options.Size]).DetachFromDisposeScope(); // [N, 1, S, S]
            }
        }
    }

    /// <inheritdoc/>
    public string Name => Datasets.Synthetic;

    /// <inheritdoc/>
    public IReadOnlyList<Modality> Modalities { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Classes { get; }

    /// <inheritdoc/>
    public string Digest { get; }

    /// <inheritdoc/>
    public SampleTable Samples(Split split) => tables[split];

    /// <inheritdoc/>
    public Tensor Load(string modality, Split split, IReadOnlyList<int> rows) => inputs[(modality, split)].Rows(rows);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Tensor tensor in inputs.Values)
        {
            tensor.Dispose();
        }
    }
}
