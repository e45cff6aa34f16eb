using Actors.Contracts.Runs;

namespace Actors.Grains.Federation;

/// <summary>Which segment of which module an aggregator holds.</summary>
[GenerateSerializer, Immutable, Alias("Actors.AggregatorOrder")]
public sealed record AggregatorOrder
{
    [Id(0)] public required RunConfiguration Configuration { get; init; }

    /// <summary>Name of the module, as in checkpoints.</summary>
    [Id(1)] public required string Module { get; init; }

    /// <summary>Number of the segment.</summary>
    [Id(2)] public required int Segment { get; init; }

    /// <summary>True for batch statistics, of which the mean is taken whatever the server optimiser.</summary>
    [Id(3)] public required bool IsStatistics { get; init; }
}
