namespace Actors.Learning.Federation;

/// <summary>The server optimisers, by name.</summary>
public static class ServerOptimizers
{
    /// <summary>The participants' mean, at rate 1 (McMahan et al., arXiv 1602.05629).</summary>
    public const string FedAvg = "fedavg";

    /// <summary>With momentum (Hsu et al., arXiv 1909.06335).</summary>
    public const string FedAvgM = "fedavgm";

    /// <summary>Adam without bias correction (Reddi et al., arXiv 2003.00295).</summary>
    public const string FedAdam = "fedadam";

    private static readonly Dictionary<string, Func<ServerOptimizerOptions, long, IServerOptimizer>> Known = new()
    {
        [FedAvg] = (options, _) => new FedAvgOptimizer(options),
        [FedAvgM] = (options, count) => new FedAvgMOptimizer(options, count),
        [FedAdam] = (options, count) => new FedAdamOptimizer(options, count),
    };

    /// <summary>Known names, in the order they are listed to people.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Known.Keys];

    /// <summary>Makes the server optimiser of that name.</summary>
    /// <param name="options">Name and settings.</param>
    /// <param name="count">n, elements it steps.</param>
    /// <exception cref="ArgumentException">The name is unknown.</exception>
    public static IServerOptimizer Create(ServerOptimizerOptions options, long count) =>
        Known.TryGetValue(options.Name, out var create)
            ? create(options, count)
            : throw new ArgumentException($"Server optimizer '{options.Name}' is not known. Known server optimizers: {string.Join(", ", Names)}.");
}
