using Actors.Learning.Data;
using static TorchSharp.torch;

namespace Actors.Learning.Training;

/// <summary>Labels of training samples on one device. It keeps none there: a thousand shards would keep the split's a thousand times.</summary>
internal sealed class LabelSource(IDataset dataset, Device device)
{
    private readonly IReadOnlyList<int> labels = dataset.Samples(Split.Train).Labels;

    /// <summary>Labels of some rows, [B] int64; the current scope disposes it.</summary>
    public Tensor Of(IReadOnlyList<int> rows)
    {
        long[] values = new long[rows.Count];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = labels[rows[i]];
        }

        return tensor(values).to(device, non_blocking: true); // so small that the driver keeps a copy and does not wait
    }
}
