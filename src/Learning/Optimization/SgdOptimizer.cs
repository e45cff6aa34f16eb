using Actors.Learning.Native;
using Actors.Learning.Parameters;
using static TorchSharp.torch;

namespace Actors.Learning.Optimization;

/// <summary>Stochastic gradient descent with momentum, Nesterov's form of it, and coupled weight decay, as PyTorch's SGD.</summary>
/// <remarks>
/// d = g + λθ; v = μv + d (the first step too: v starts at 0, which equals PyTorch's v = d); update d + μv (Nesterov) or v. Only multiplies and adds in place:
/// two passes over the parameters without momentum, three with.
/// </remarks>
internal sealed class SgdOptimizer : IOptimizer
{
    private readonly OptimizerOptions options;
    private readonly FlatParameters parameters;
    private readonly Dictionary<string, Tensor> state = [];
    private readonly Tensor? velocity;

    public SgdOptimizer(OptimizerOptions options, FlatParameters parameters)
    {
        (this.options, this.parameters) = (options, parameters);
        if (options.Momentum > 0)
        {
            velocity = zeros_like(parameters.Values).DetachFromDisposeScope(); // [P]
            state["momentum"] = velocity;
        }
    }

    public long StepCount { get; set; }

    public IReadOnlyDictionary<string, Tensor> State => state;

    public void Step(double learningRate, ReadOnlySpan<RangeFactor> factors)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        Tensor direction = parameters.Gradients;
        if (options.WeightDecay != 0)
        {
            direction.AddScaled(parameters.Values, options.WeightDecay);
        }

        if (velocity is not null)
        {
            velocity.MultiplyBy(options.Momentum).AddScaled(direction, 1);
            direction = options.Nesterov ? direction.AddScaled(velocity, options.Momentum) : velocity;
        }

        StepCount++;
        Update.Apply(parameters.Count, factors, (part, factor) => part(parameters.Values).AddScaled(part(direction), -learningRate * factor));
    }

    public void Dispose() => velocity?.Dispose();
}
