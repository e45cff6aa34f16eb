using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Serialization;
using Orleans.Serialization.Cloning;

namespace Actors.Grains.Tensors;

/// <summary>Hands a tensor over within a silo as it is; where so ordered, sends it through the codec instead.</summary>
[RegisterCopier]
public sealed class TensorPayloadCopier(IServiceProvider services) : IDeepCopier<TensorPayload>
{
    private readonly Lazy<Serializer<TensorPayload>?> codec = new(() =>
        services.GetRequiredService<IOptions<TensorTransferOptions>>().Value.AlwaysEncode ? services.GetRequiredService<Serializer<TensorPayload>>() : null);

    /// <inheritdoc/>
    public TensorPayload? DeepCopy(TensorPayload? input, CopyContext context) =>
        input is null || codec.Value is not { } serializer ? input : serializer.Deserialize(serializer.SerializeToArray(input));
}
