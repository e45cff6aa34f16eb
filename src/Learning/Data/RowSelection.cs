using static TorchSharp.torch;

namespace Actors.Learning.Data;

/// <summary>Picks rows of a tensor that holds a whole split.</summary>
internal static class RowSelection
{
    /// <summary>[N, …] to [B, …]; the caller disposes it.</summary>
    public static Tensor Rows(this Tensor all, IReadOnlyList<int> rows)
    {
        long[] index = new long[rows.Count];
        for (int i = 0; i < index.Length; i++)
        {
            index[i] = rows[i];
        }

        using Tensor selected = tensor(index); // [B]
        return all.index_select(0, selected);
    }
}
