namespace Actors.Learning.Data;

/// <summary>One kind of input a dataset has.</summary>
/// <param name="Name">Name, as the configuration and the metrics spell it: <c>audio</c>.</param>
/// <param name="Shape">Shape of one sample without the batch dimension: [1, F, T] for a spectrogram, [3, H, W] for an image, [3, T, H, W] for frames.</param>
public sealed record Modality(string Name, IReadOnlyList<long> Shape);
