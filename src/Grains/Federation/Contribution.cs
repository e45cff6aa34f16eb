using Actors.Grains.Workers;

namespace Actors.Grains.Federation;

/// <summary>A participant that is in a round.</summary>
/// <param name="Shard">Index d.</param>
/// <param name="Worker">The shard's worker of the module.</param>
/// <param name="SampleCount">Samples it weighs: see <see cref="ShardRound.Weights"/>.</param>
[GenerateSerializer, Immutable, Alias("Actors.Contribution")]
public sealed record Contribution(
    [property: Id(0)] int Shard, [property: Id(1)] IModuleGrain Worker, [property: Id(2)] long SampleCount);
