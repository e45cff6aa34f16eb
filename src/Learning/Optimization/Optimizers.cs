using Actors.Learning.Parameters;

namespace Actors.Learning.Optimization;

/// <summary>The optimisers, by name.</summary>
public static class Optimizers
{
    /// <summary>Stochastic gradient descent, with momentum where that is set.</summary>
    public const string Sgd = "sgd";

    /// <summary>Adam, weight decay added to the gradient.</summary>
    public const string Adam = "adam";

    /// <summary>Adam, weight decay apart from the gradient.</summary>
    public const string AdamW = "adamw";

    private static readonly Dictionary<string, Func<OptimizerOptions, FlatParameters, IOptimizer>> Known = new()
    {
        [Sgd] = (options, parameters) => new SgdOptimizer(options, parameters),
        [Adam] = (options, parameters) => new AdamOptimizer(options, parameters, decoupled: false),
        [AdamW] = (options, parameters) => new AdamOptimizer(options, parameters, decoupled: true),
    };

    /// <summary>Known names, in the order they are listed to people.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Known.Keys];

    /// <summary>Makes the optimiser of that name for a flat buffer, which it does not own.</summary>
    /// <exception cref="ArgumentException">The name is unknown.</exception>
    public static IOptimizer Create(OptimizerOptions options, FlatParameters parameters) =>
        Known.TryGetValue(options.Name, out var create)
            ? create(options, parameters)
            : throw new ArgumentException($"Optimizer '{options.Name}' is not known. Known optimizers: {string.Join(", ", Names)}.");
}
