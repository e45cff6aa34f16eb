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

    /// <summary>The reducer has a shard's segment and not answered.</summary>
    Reduce,

    /// <summary>A worker has the parameters that a round begins with and has not said so. By round, as the next three.</summary>
    Take,

    /// <summary>A worker is asked what it learnt in a round and has not answered.</summary>
    Give,

    /// <summary>An aggregator has added up its segment of a round and not answered.</summary>
    Add,

    /// <summary>An aggregator has taken the server optimiser's step and not answered.</summary>
    Apply,

    /// <summary>A worker has written its share of a checkpoint and not said so.</summary>
    Write,

    /// <summary>A checkpoint is written but for its manifest.</summary>
    Commit,

    /// <summary>A checkpoint is there and nobody was told.</summary>
    Committed,
}
