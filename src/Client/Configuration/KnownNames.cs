using Actors.Learning.Balancing;
using Actors.Learning.Encoders;

namespace Actors.Client.Configuration;

/// <summary>What can be chosen by name, a list per family: the catalogs of Learning.</summary>
internal static class KnownNames
{
    public static IReadOnlyList<string> Datasets => Learning.Data.Datasets.Names;

    public static IReadOnlyList<string> Encoders => EncoderCatalog.Names;

    public static IReadOnlyList<string> Fusions => Learning.Fusion.Fusions.Names;

    public static IReadOnlyList<string> Methods => BalancingMethods.Names;

    public static IReadOnlyList<string> Optimizers => Learning.Optimization.Optimizers.Names;

    public static IReadOnlyList<string> ServerOptimizers => Learning.Federation.ServerOptimizers.Names;

    public static IReadOnlyList<string> Schedules => Learning.Optimization.Schedules.Names;
}
