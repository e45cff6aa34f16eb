using static TorchSharp.torch;

namespace Actors.Learning.Encoders;

/// <summary>f_i: turns one modality's input into features. Input [B, …Shape], output [B, D], float32.</summary>
/// <remarks>Submodules and parameters carry the names of the PyTorch twin, so that its state dict loads.</remarks>
public abstract class Encoder(string name) : nn.Module<Tensor, Tensor>(name)
{
    /// <summary>D, the width of the features.</summary>
    public abstract long FeatureCount { get; }

    /// <summary>What halvings that round down leave of a size; a shift alone takes 64 for none.</summary>
    protected static long Halved(long size, int times) => times < 63 ? size >> times : 0;
}
