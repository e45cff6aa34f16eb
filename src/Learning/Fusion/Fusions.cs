namespace Actors.Learning.Fusion;

/// <summary>The fusions, by name.</summary>
public static class Fusions
{
    /// <summary><see cref="LateLinearFusion"/>.</summary>
    public const string LateLinear = "late-linear";

    /// <summary><see cref="MidMlpFusion"/>.</summary>
    public const string MidMlp = "mid-mlp";

    private static readonly Dictionary<string, Func<FusionOptions, IReadOnlyList<long>, int, ulong, FusionNetwork>> Known = new()
    {
        [LateLinear] = (_, features, classes, _) => new LateLinearFusion(features, classes),
        [MidMlp] = (options, features, classes, seed) => new MidMlpFusion(options, features, classes, seed),
    };

    /// <summary>Known names, in the order they are listed to people.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Known.Keys];

    /// <summary>Makes the fusion of that name with random weights drawn from torch's default generator (the caller seeds it).</summary>
    /// <param name="options">Name and settings.</param>
    /// <param name="featureCounts">D_i of each modality, [M].</param>
    /// <param name="classCount">C.</param>
    /// <param name="seed">Seed of what it draws while training (dropout).</param>
    /// <exception cref="ArgumentException">The name is unknown.</exception>
    public static FusionNetwork Create(FusionOptions options, IReadOnlyList<long> featureCounts, int classCount, ulong seed) =>
        Known.TryGetValue(options.Name, out var create)
            ? create(options, featureCounts, classCount, seed)
            : throw new ArgumentException($"Fusion '{options.Name}' is not known. Known fusions: {string.Join(", ", Names)}.");
}
