using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Serialization;
using Orleans.Serialization.Cloning;

namespace Actors.Grains.Tensors;

/// <summary>Hands a chunk over within a silo as it is; where so ordered, sends it through the codec instead, as payloads are.</summary>
[RegisterCopier]
internal sealed class TensorChunkCopier(IServiceProvider services) : IDeepCopier<TensorChunk>
{
    private readonly Lazy<Serializer<TensorChunk>?> codec = new(() =>
        services.GetRequiredService<IOptions<TensorTransferOptions>>().Value.AlwaysEncode ? services.GetRequiredService<Serializer<TensorChunk>>() : null);

    /// <inheritdoc/>
    public TensorChunk? DeepCopy(TensorChunk? input, CopyContext context) =>
        input?.Part is null || codec.Value is not { } serializer ? input : serializer.Deserialize(serializer.SerializeToArray(input));
}
