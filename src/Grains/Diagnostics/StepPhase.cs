namespace Actors.Grains.Diagnostics;

/// <summary>The parts of a step, as its shard's fusion worker sees them.</summary>
internal static class StepPhase
{
    /// <summary>From the call of the encoders to the last one's features: reading the batch, encoding, the way here.</summary>
    public const string Encode = "encode";

    /// <summary>Forward and backward of the fusion, waiting for its lane included.</summary>
    public const string Fuse = "fuse";

    /// <summary>What the balancer still kept the step waiting after Fuse was done.</summary>
    public const string Balance = "balance";

    /// <summary>Backward of the encoders, reduction over shards, and the optimisers' steps.</summary>
    public const string Learn = "learn";
}
