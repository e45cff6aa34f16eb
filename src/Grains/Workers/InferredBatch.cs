using Actors.Grains.Tensors;

namespace Actors.Grains.Workers;

/// <summary>What an encoder says of some samples in evaluation.</summary>
[GenerateSerializer, Alias("Actors.InferredBatch")]
public sealed record InferredBatch : IDisposable
{
    /// <summary>z_i [B, D_i]; the receiver takes it.</summary>
    [Id(0)] public required TensorPayload Features { get; init; }

    /// <summary>The head's logits [B, C]; null where the method does not train it.</summary>
    [Id(1)] public required TensorPayload? Logits { get; init; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Features.Dispose();
        Logits?.Dispose();
    }
}
