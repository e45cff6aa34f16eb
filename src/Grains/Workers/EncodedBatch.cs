using Actors.Grains.Tensors;

namespace Actors.Grains.Workers;

/// <summary>Features of one step.</summary>
[GenerateSerializer, Alias("Actors.EncodedBatch")]
public sealed record EncodedBatch : IDisposable
{
    /// <summary>z_i [B, D_i]; the receiver takes it.</summary>
    [Id(0)] public required TensorPayload Features { get; init; }

    /// <summary>Digest of the sample ids, in order.</summary>
    [Id(1)] public required ulong Digest { get; init; }

    /// <summary>B.</summary>
    [Id(2)] public required int SampleCount { get; init; }

    /// <summary>Of the unimodal head; null where the method does not train it.</summary>
    [Id(3)] public required OutputSums? Head { get; init; }

    /// <inheritdoc/>
    public void Dispose() => Features.Dispose();
}
