using Actors.Learning.Data;
using static TorchSharp.torch;

namespace Actors.Learning.Training;

/// <summary>Labels of every split on one device.</summary>
internal sealed class LabelSource(IDataset dataset, Device device) : IDisposable
{
    private readonly Dictionary<Split, Tensor> labels = [];

    /// <summary>Labels of some rows, [B] int64; the current scope disposes it.</summary>
    public Tensor Of(Split split, IReadOnlyList<int> rows)
    {
        if (!labels.TryGetValue(split, out Tensor? all))
        {
            long[] values = [.. dataset.Samples(split).Labels.Select(label => (long)label)];
            all = tensor(values, device: device).DetachFromDisposeScope();
            labels[split] = all;
        }

        Tensor index = tensor([.. rows.Select(row => (long)row)], device: device); // [B]
        return all.index_select(0, index);
    }

    public void Dispose()
    {
        foreach (Tensor tensor in labels.Values)
        {
            tensor.Dispose();
        }
    }
}
