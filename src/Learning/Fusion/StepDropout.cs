using Actors.Learning.Native;
using Actors.Learning.Randomness;
using static TorchSharp.torch;

namespace Actors.Learning.Fusion;

/// <summary>Dropout whose mask is a pure function of (seed, step): nothing to save, and no other worker disturbs it.</summary>
/// <remarks>Drawn on the host, so that every device drops the same entries; TorchSharp makes no generator for a GPU.</remarks>
internal sealed class StepDropout(double probability, ulong seed) : nn.Module<Tensor, Tensor>(nameof(StepDropout))
{
    private Generator? generator;
    private long step;

    public void BeginStep(long step) => this.step = step;

    /// <summary>In training: entries kept with 1 − p and scaled by 1/(1 − p). In evaluation: the input.</summary>
    public override Tensor forward(Tensor input)
    {
        if (!training || probability == 0)
        {
            return input.alias();
        }

        using var scope = NewDisposeScope();
        generator ??= new Generator();
        generator.manual_seed(unchecked((long)SplitMix64.HalfMix(seed + ((ulong)step * SplitMix64.Gamma)))); // torch mixes it further
        Tensor keep = rand(input.shape, generator: generator).Reaches(probability).to(input.device, non_blocking: true);
        return (input * keep).Over(1 - probability).MoveToOuterDisposeScope();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            generator?.Dispose();
        }

        base.Dispose(disposing);
    }
}
