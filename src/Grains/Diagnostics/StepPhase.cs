namespace Actors.Grains.Diagnostics;

/// <summary>The parts of a step: four as its shard's fusion worker sees them, one after the other, and what each worker does within them.</summary>
internal static class StepPhase
{
    /// <summary>
    /// Step: from the call of the encoders to the last one's features: reading the batch, encoding, the way here. Worker: forward of the encoder and its head.
    /// </summary>
    public const string Encode = "encode";

    /// <summary>Step: forward and backward of the fusion, waiting for its lane included.</summary>
    public const string Fuse = "fuse";

    /// <summary>Step: what the balancer still kept the step waiting after Fuse was done.</summary>
    public const string Balance = "balance";

    /// <summary>Step: backward of the encoders, reduction over shards, and the optimisers' steps.</summary>
    public const string Learn = "learn";

    /// <summary>Worker: waiting for the batch to be read.</summary>
    public const string Data = "data";

    /// <summary>Worker: backward of an encoder and its head.</summary>
    public const string Backward = "backward";

    /// <summary>Worker: averaging over the shards, waiting for the last of them included.</summary>
    public const string Reduce = "reduce";

    /// <summary>Worker: ×k, clipping, and the optimiser's step.</summary>
    public const string Optimize = "optimize";
}
