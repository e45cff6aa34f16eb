namespace Actors.Learning.Data.Synthetic;

/// <summary>How the made-up data of <c>synthetic</c> looks.</summary>
public sealed record SyntheticOptions
{
    /// <summary>
    /// Standard deviation of the noise on each modality, around class means of unit variance; one modality per entry, named m0, m1, …. Default: two.
    /// </summary>
    public IReadOnlyList<double> Noise { get; init; } = [1, 3];

    /// <summary>Height and width of every modality's one channel, ≥ 8. Default: 8.</summary>
    public int Size { get; init; } = 8;

    /// <summary>C, classes, ≥ 2. Default: 4.</summary>
    public int Classes { get; init; } = 4;

    /// <summary>Samples of the training split; validation and test have a quarter each. Default: 256.</summary>
    public int Samples { get; init; } = 256;
}
