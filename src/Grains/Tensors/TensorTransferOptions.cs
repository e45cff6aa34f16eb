namespace Actors.Grains.Tensors;

/// <summary>How tensors move between grains.</summary>
public sealed class TensorTransferOptions
{
    /// <summary>True: through the wire codec also within a silo, to show that it changes nothing. Default: false.</summary>
    public bool AlwaysEncode { get; set; }
}
