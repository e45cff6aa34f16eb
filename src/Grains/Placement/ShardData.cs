namespace Actors.Grains.Placement;

/// <summary>What a silo has of a shard's data.</summary>
/// <param name="Shard">Index d; 0 where all shards have the same data.</param>
/// <param name="Digest">Digest of it, the same wherever the shard may be.</param>
/// <param name="SharedDigest">Digest of what all shards share.</param>
[GenerateSerializer, Immutable, Alias("Actors.ShardData")]
internal sealed record ShardData([property: Id(0)] int Shard, [property: Id(1)] string Digest, [property: Id(2)] string SharedDigest);
