using static TorchSharp.torch;

namespace Actors.Learning.Data;

/// <summary>Samples of several modalities with labels, in three splits. Safe to read from several threads.</summary>
public interface IDataset : IDisposable
{
    /// <summary>Name this dataset is chosen by in the configuration; one of <see cref="Datasets.Names"/>.</summary>
    string Name { get; }

    /// <summary>Every modality it has, in a fixed order.</summary>
    IReadOnlyList<Modality> Modalities { get; }

    /// <summary>Class names; the position is the class index.</summary>
    IReadOnlyList<string> Classes { get; }

    /// <summary>SHA-256 (hex) over everything that decides what <see cref="Load"/> returns: contents and settings.</summary>
    string Digest { get; }

    /// <summary>
    /// SHA-256 (hex) over what every worker of a run must agree on; <see cref="Digest"/> itself but where each shard keeps files that the others lack.
    /// </summary>
    string SharedDigest => Digest;

    /// <summary>Ids and labels of a split.</summary>
    SampleTable Samples(Split split);

    /// <summary>Reads one modality of some rows; the same rows give the same bits every time.</summary>
    /// <param name="modality">Name of one of <see cref="Modalities"/>.</param>
    /// <param name="split">Split the rows are of.</param>
    /// <param name="rows">Row numbers, each in [0, Count); repeats are allowed.</param>
    /// <returns>[B, …Shape], float32, CPU, contiguous. The caller disposes it.</returns>
    /// <exception cref="DataException">A file changed or vanished since it was checked; names the file and row.</exception>
    Tensor Load(string modality, Split split, IReadOnlyList<int> rows);
}
