namespace Actors.Learning.Data;

/// <summary>How training samples are dealt to shards and steps.</summary>
/// <param name="Seed">Seed of the order.</param>
/// <param name="Shard">Index d of this shard.</param>
/// <param name="ShardCount">D.</param>
/// <param name="BatchSize">B, samples of one shard in one step.</param>
/// <param name="FixedShards">True where a shard keeps its own samples in every epoch; false where each epoch is dealt anew.</param>
public sealed record SamplerOptions(ulong Seed, int Shard, int ShardCount, int BatchSize, bool FixedShards);
