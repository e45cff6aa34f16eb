using Actors.Learning.Native;
using static TorchSharp.torch;

namespace Actors.Learning.Optimization;

/// <summary>Length of a flat gradient, and shortening it.</summary>
public static class GradientClipping
{
    /// <summary>Euclidean norm of a flat gradient [P], a scalar on its device. The caller disposes it.</summary>
    public static Tensor Norm(Tensor gradient)
    {
        using var scope = NewDisposeScope();
        return gradient.norm().MoveToOuterDisposeScope();
    }

    /// <summary>Shortens a flat gradient [P] to a greatest norm, in place, as PyTorch's clip_grad_norm_: × min(1, greatest / (norm + 1e-6)).</summary>
    public static void Clip(Tensor gradient, double greatest)
    {
        using var scope = NewDisposeScope();
        gradient.mul_(gradient.norm().Increase(1e-6).reciprocal().MultiplyBy(greatest).AtMost(1)); // no wait for the device
    }
}
