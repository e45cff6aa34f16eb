namespace Actors.Grains.Faults;

/// <summary>A point of the protocol at which a test can strike.</summary>
internal enum FaultPoint
{
    /// <summary>The encoder has encoded and not answered.</summary>
    Encode,

    /// <summary>The balancer has a shard's scores and not answered.</summary>
    Exchange,

    /// <summary>The fusion has its gradients and not sent them.</summary>
    Fuse,

    /// <summary>The encoder has learned and not answered.</summary>
    Learn,

    /// <summary>The reducer has a shard's slice and not answered.</summary>
    Reduce,

    /// <summary>A worker has written its share of a checkpoint and not said so.</summary>
    Write,

    /// <summary>A checkpoint is written but for its manifest.</summary>
    Commit,

    /// <summary>A checkpoint is there and nobody was told.</summary>
    Committed,
}
