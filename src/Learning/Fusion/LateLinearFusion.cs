using Actors.Learning.Native;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Actors.Learning.Fusion;

/// <summary>One linear layer over all features, kept as a slice per modality: o = Σ z_i·W_iᵀ + b.</summary>
/// <remarks>The same as a linear layer over the concatenated features, weights drawn alike (Kaiming uniform over all inputs). A slice's bias is b/M.</remarks>
public sealed class LateLinearFusion : FusionNetwork
{
    private readonly ParameterList slices;
    private readonly Parameter bias;

    /// <summary>Makes the fusion.</summary>
    /// <param name="featureCounts">D_i, [M].</param>
    /// <param name="classCount">C.</param>
    public LateLinearFusion(IReadOnlyList<long> featureCounts, int classCount)
        : base(Fusions.LateLinear)
    {
        double bound = 1 / Math.Sqrt(featureCounts.Sum());
        slices = new ParameterList([.. featureCounts.Select(count => Uniform(bound, classCount, count))]);
        bias = Uniform(bound, classCount);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override bool HasSlices => true;

    /// <inheritdoc/>
    public override IReadOnlyList<string> ModalityParameters(int modality) => [$"slices.{modality}"];

    /// <inheritdoc/>
    public override Tensor forward(IReadOnlyList<Tensor> features)
    {
        using var scope = NewDisposeScope();
        Tensor logits = nn.functional.linear(features[0], slices[0], bias); // [B, C]
        for (int i = 1; i < features.Count; i++)
        {
            logits = logits.Plus(nn.functional.linear(features[i], slices[i]));
        }

        return logits.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor SliceLogits(int modality, Tensor feature)
    {
        using var scope = NewDisposeScope();
        return nn.functional.linear(feature, slices[modality], bias.Over(slices.Count)).MoveToOuterDisposeScope(); // [B, C]
    }

    private static Parameter Uniform(double bound, params long[] shape)
    {
        using var noGrad = no_grad();
        return nn.Parameter(empty(shape).uniform_(-bound, bound));
    }
}
