using Actors.Learning.Native;
using Actors.Learning.Parameters;
using static TorchSharp.torch;

namespace Actors.Learning.Optimization;

/// <summary>Adam with coupled weight decay, or AdamW with decoupled, as PyTorch's.</summary>
internal sealed class AdamOptimizer : IOptimizer
{
    private readonly OptimizerOptions options;
    private readonly FlatParameters parameters;
    private readonly bool decoupled;
    private readonly Tensor first;
    private readonly Tensor second;
    private readonly Tensor scratch;

    public AdamOptimizer(OptimizerOptions options, FlatParameters parameters, bool decoupled)
    {
        (this.options, this.parameters, this.decoupled) = (options, parameters, decoupled);
        first = zeros_like(parameters.Values).DetachFromDisposeScope(); // [P]
        second = zeros_like(parameters.Values).DetachFromDisposeScope(); // [P]
        scratch = zeros_like(parameters.Values).DetachFromDisposeScope(); // [P]
        State = new Dictionary<string, Tensor> { ["first_moment"] = first, ["second_moment"] = second };
    }

    public long StepCount { get; set; }

    public IReadOnlyDictionary<string, Tensor> State { get; }

    public void Step(double learningRate, ReadOnlySpan<RangeFactor> factors)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        Tensor gradient = parameters.Gradients;
        if (decoupled && options.WeightDecay != 0)
        {
            Update.Apply(parameters.Count, factors, (part, factor) => part(parameters.Values).MultiplyBy(1 - (learningRate * factor * options.WeightDecay)));
        }
        else if (options.WeightDecay != 0)
        {
            gradient.AddScaled(parameters.Values, options.WeightDecay);
        }

        StepCount++;
        first.MultiplyBy(options.Beta1).AddScaled(gradient, 1 - options.Beta1);
        second.MultiplyBy(options.Beta2).AddProduct(gradient, gradient, 1 - options.Beta2);
        double firstCorrection = 1 - Math.Pow(options.Beta1, StepCount);
        double secondCorrection = 1 - Math.Pow(options.Beta2, StepCount);
        // θ −= η·k/c1 · m / (√v/√c2 + ε), in PyTorch's order of operations
        scratch.copy_(second).sqrt_().DivideBy(Math.Sqrt(secondCorrection)).Increase(options.Epsilon);
        Update.Apply(parameters.Count, factors, (part, factor) =>
            part(parameters.Values).AddQuotient(part(first), part(scratch), -learningRate * factor / firstCorrection));
    }

    public void Dispose()
    {
        first.Dispose();
        second.Dispose();
        scratch.Dispose();
    }
}
