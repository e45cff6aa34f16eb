namespace Actors.Grains.Reduction;

/// <summary>Which slice of which module a shard gives to a reduction.</summary>
/// <param name="Module">The module's name; of its batch statistics <c>NAME.buffers</c>.</param>
/// <param name="Number">Number of the slice in the module.</param>
/// <param name="Round">Number of the reduction, rising.</param>
/// <param name="Shard">Index d.</param>
/// <param name="ShardCount">D.</param>
/// <param name="SampleCount">The shard's weight.</param>
[GenerateSerializer, Immutable, Alias("Actors.ShardSlice")]
public sealed record ShardSlice(string Module, int Number, long Round, int Shard, int ShardCount, long SampleCount);
