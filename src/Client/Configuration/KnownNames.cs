using Actors.Learning.Balancing;
using Actors.Learning.Encoders;

namespace Actors.Client.Configuration;

/// <summary>What can be chosen by name, a list per family.</summary>
internal sealed record KnownNames
{
    /// <summary>The names of the catalogs of Learning.</summary>
    public static KnownNames Catalogs => new()
    {
        Datasets = Learning.Data.Datasets.Names,
        Encoders = EncoderCatalog.Names,
        Fusions = Learning.Fusion.Fusions.Names,
        Methods = BalancingMethods.Names,
        Optimizers = Learning.Optimization.Optimizers.Names,
        ServerOptimizers = Learning.Federation.ServerOptimizers.Names,
        Schedules = Learning.Optimization.Schedules.Names,
    };

    public required IReadOnlyList<string> Datasets { get; init; }

    public required IReadOnlyList<string> Encoders { get; init; }

    public required IReadOnlyList<string> Fusions { get; init; }

    public required IReadOnlyList<string> Methods { get; init; }

    public required IReadOnlyList<string> Optimizers { get; init; }

    public required IReadOnlyList<string> ServerOptimizers { get; init; }

    public required IReadOnlyList<string> Schedules { get; init; }
}
