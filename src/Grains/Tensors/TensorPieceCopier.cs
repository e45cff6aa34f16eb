using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Serialization;
using Orleans.Serialization.Cloning;

namespace Actors.Grains.Tensors;

/// <summary>Hands a piece over within a silo as it is; where so ordered, sends it through the codec instead, as payloads are.</summary>
[RegisterCopier]
internal sealed class TensorPieceCopier(IServiceProvider services) : IDeepCopier<TensorPiece>
{
    private readonly Lazy<Serializer<TensorPiece>?> codec = new(() =>
        services.GetRequiredService<IOptions<TensorTransferOptions>>().Value.AlwaysEncode ? services.GetRequiredService<Serializer<TensorPiece>>() : null);

    /// <inheritdoc/>
    public TensorPiece? DeepCopy(TensorPiece? input, CopyContext context) =>
        input?.Part is null || codec.Value is not { } serializer ? input : serializer.Deserialize(serializer.SerializeToArray(input));
}
