namespace Actors.Grains.Tensors;

/// <summary>How tensors move between grains.</summary>
/// <remarks>
/// Chunk and chunks in flight are what was fastest between two silos on loopback and let small calls through (benchmarks/results/transfer.md).
/// </remarks>
public sealed class TensorTransferOptions
{
    /// <summary>True: through the wire codec also within a silo, to show that it changes nothing. Default: false.</summary>
    public bool AlwaysEncode { get; set; }

    /// <summary>The most bytes of a tensor in one message; a larger tensor is fetched in chunks of this size. 64 to 16 Mi. Default: 256 Ki.</summary>
    public int ChunkBytes { get; set; } = 256 << 10;

    /// <summary>Chunks that are under way from one silo to another at once, ≥ 1. Default: 4.</summary>
    public int ChunksInFlight { get; set; } = 4;

    /// <summary>After how long an answer that nobody fetches is dropped. Default: 5 minutes.</summary>
    public TimeSpan KeptFor { get; set; } = TimeSpan.FromMinutes(5);
}
