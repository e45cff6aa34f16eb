namespace Actors.Grains.Reduction;

/// <summary>Which segment of which module a shard gives to a reduction.</summary>
/// <param name="Module">The module's name; of its batch statistics <c>NAME.buffers</c>.</param>
/// <param name="Number">Number of the segment in the module.</param>
/// <param name="Step">Number of the step, rising.</param>
/// <param name="Shard">Index d.</param>
/// <param name="ShardCount">D.</param>
/// <param name="SampleCount">The shard's weight.</param>
[GenerateSerializer, Immutable, Alias("Actors.ShardSegment")]
public sealed record ShardSegment(string Module, int Number, long Step, int Shard, int ShardCount, long SampleCount);
