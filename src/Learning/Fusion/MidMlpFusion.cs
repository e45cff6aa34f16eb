using Actors.Learning.Native;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Actors.Learning.Fusion;

/// <summary>The paper's mid-level MLP: each modality projected to one width, summed, then two hidden layers.</summary>
/// <remarks>
/// Σ W_i·z_i + b → ReLU → dropout → linear → ReLU → dropout → linear. The one b lies in the first projection, as in the paper's code, but is no modality's,
/// and neither are the layers after the sum.
/// </remarks>
public sealed class MidMlpFusion : FusionNetwork
{
    private readonly ModuleList<Linear> projections;
    private readonly Linear hidden;
    private readonly Linear output;
    private readonly StepDropout firstDropout;
    private readonly StepDropout secondDropout;

    /// <summary>Makes the fusion.</summary>
    /// <param name="options">Width and dropout.</param>
    /// <param name="featureCounts">D_i, [M].</param>
    /// <param name="classCount">C.</param>
    /// <param name="seed">Seed of the dropout masks.</param>
    public MidMlpFusion(FusionOptions options, IReadOnlyList<long> featureCounts, int classCount, ulong seed)
        : base(Fusions.MidMlp)
    {
        projections = new ModuleList<Linear>([.. featureCounts.Select((count, i) => nn.Linear(count, options.Hidden, hasBias: i == 0))]);
        hidden = nn.Linear(options.Hidden, options.Hidden);
        output = nn.Linear(options.Hidden, classCount);
        firstDropout = new StepDropout(options.Dropout, seed);
        secondDropout = new StepDropout(options.Dropout, seed + 1);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> ModalityParameters(int modality) => [$"projections.{modality}.weight"];

    /// <inheritdoc/>
    public override void BeginStep(long step)
    {
        firstDropout.BeginStep(step);
        secondDropout.BeginStep(step);
    }

    /// <inheritdoc/>
    public override Tensor forward(IReadOnlyList<Tensor> features)
    {
        using var scope = NewDisposeScope();
        Tensor sum = projections[0].forward(features[0]); // [B, H]
        for (int i = 1; i < features.Count; i++)
        {
            sum = sum.Plus(projections[i].forward(features[i]));
        }

        Tensor first = firstDropout.forward(nn.functional.relu(sum)); // [B, H]
        Tensor second = secondDropout.forward(nn.functional.relu(hidden.forward(first))); // [B, H]
        return output.forward(second).MoveToOuterDisposeScope(); // [B, C]
    }
}
