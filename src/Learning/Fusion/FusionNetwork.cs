using static TorchSharp.torch;

namespace Actors.Learning.Fusion;

/// <summary>f_v: joins the features of all modalities. Inputs M × [B, D_i], output logits [B, C], float32.</summary>
public abstract class FusionNetwork(string name) : nn.Module<IReadOnlyList<Tensor>, Tensor>(name)
{
    /// <summary>
    /// Names of the parameters that belong to one modality alone (its slice, its projection); k acts on them too. Empty where there are none.
    /// </summary>
    public virtual IReadOnlyList<string> ModalityParameters(int modality) => [];

    /// <summary>True where <see cref="SliceLogits"/> is defined.</summary>
    public virtual bool HasSlices => false;

    /// <summary>One modality's share of the logits, z_i·W_iᵀ + b/M; the M shares add up to the fused logits.</summary>
    /// <param name="modality">Index i.</param>
    /// <param name="feature">z_i [B, D_i].</param>
    /// <returns>[B, C]. The caller disposes it.</returns>
    /// <exception cref="NotSupportedException">This fusion is not a sum over modalities.</exception>
    public virtual Tensor SliceLogits(int modality, Tensor feature) =>
        throw new NotSupportedException($"Fusion '{GetName()}' has no slice per modality. Use late-linear, or a method that scores by unimodal heads.");

    /// <summary>Sets the step that random parts (dropout) draw for: what they draw is a pure function of (seed, step).</summary>
    public virtual void BeginStep(long step)
    {
    }
}
