using Actors.Learning.Fusion;

namespace Actors.Learning.Balancing;

/// <summary>The balancing methods, by name.</summary>
public static class BalancingMethods
{
    /// <summary>One modality alone, by a linear classifier.</summary>
    public const string Unimodal = "unimodal";

    /// <summary>The fused loss alone: k = 1, no head is trained.</summary>
    public const string Joint = "joint";

    /// <summary>The fused loss and every head's, unweighted: k = 1.</summary>
    public const string MultiLoss = "multi-loss";

    /// <summary>As <see cref="MultiLoss"/>, and k answers to who is behind (<see cref="MultiLossBalancedMethod"/>).</summary>
    public const string MultiLossBalanced = "mlb";

    private static readonly Dictionary<string, Func<MethodOptions, int, IBalancingMethod>> Known = new()
    {
        [Unimodal] = (_, m) => m == 1
            ? new FixedLossMethod(Unimodal, m, 0, new FusionOptions { Name = Fusions.LateLinear }) // one modality: a linear classifier
            : throw new ArgumentException($"Method '{Unimodal}' trains one modality, but has {m}. Set method.modality to the one to train."),
        [Joint] = (_, m) => new FixedLossMethod(Joint, m, 0),
        [MultiLoss] = (_, m) => new FixedLossMethod(MultiLoss, m, 1),
        [MultiLossBalanced] = (options, m) => new MultiLossBalancedMethod(options, m),
    };

    /// <summary>Known names, in the order they are listed to people.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Known.Keys];

    /// <summary>Makes the method of that name.</summary>
    /// <param name="options">Name and settings.</param>
    /// <param name="modalityCount">M ≥ 1.</param>
    /// <exception cref="ArgumentException">The name is unknown, or the method does not fit M.</exception>
    public static IBalancingMethod Create(MethodOptions options, int modalityCount) =>
        Known.TryGetValue(options.Name, out var create)
            ? create(options, modalityCount)
            : throw new ArgumentException($"Method '{options.Name}' is not known. Known methods: {string.Join(", ", Names)}.");
}
