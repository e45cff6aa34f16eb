using Actors.Learning.Balancing;
using Actors.Learning.Native;
using Actors.Learning.Optimization;
using Actors.Learning.Parameters;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Actors.Learning.Training;

/// <summary>A module's parameters, gradients and optimiser: what is reduced over shards, stepped and saved.</summary>
public sealed class TrainedModule : IDisposable
{
    private readonly IReadOnlyList<(string Name, Parameter Parameter)> parameters;
    private readonly IReadOnlyList<(string Name, Tensor Buffer)> buffers;
    private readonly IOptimizer optimizer;
    private readonly ISchedule schedule;
    private readonly TrainingOptions options;
    private (Tensor To, double Weight)? pull; // FedProx

    internal TrainedModule(
        IReadOnlyList<(string Name, Parameter Parameter)> parameters,
        IReadOnlyList<(string Name, Tensor Buffer)> buffers,
        TrainingOptions options,
        long totalSteps)
    {
        (this.parameters, this.buffers, this.options) = (parameters, buffers, options);
        Flat = new FlatParameters(parameters);
        Statistics = new FlatStatistics([.. buffers.Select(b => b.Buffer).Where(b => b.is_floating_point())]);
        optimizer = Optimizers.Create(options.Optimizer, Flat);
        schedule = Schedules.Create(options.Schedule, totalSteps);
    }

    /// <summary>Parameters and gradients on flat buffers; what shards exchange.</summary>
    public FlatParameters Flat { get; }

    /// <summary>Floating-point buffers (batch statistics), which shards average as they do parameters.</summary>
    public FlatStatistics Statistics { get; }

    /// <summary>Parameters and buffers under their state-dict names. Views, owned by the module; written in place to restore.</summary>
    public IReadOnlyDictionary<string, Tensor> ModelState =>
        parameters.Select(p => (p.Name, Tensor: (Tensor)p.Parameter)).Concat(buffers.Select(b => (b.Name, Tensor: b.Buffer)))
            .ToDictionary(entry => entry.Name, entry => entry.Tensor);

    /// <summary>The optimiser's tensors, each [P]; owned by it. Written in place to restore.</summary>
    public IReadOnlyDictionary<string, Tensor> OptimizerState => optimizer.State;

    /// <summary>Steps the optimiser has counted.</summary>
    public long OptimizerSteps
    {
        get => optimizer.StepCount;
        set => optimizer.StepCount = value;
    }

    /// <summary>Learning rate of a step, after the schedule.</summary>
    public double LearningRate(long step) => options.Optimizer.LearningRate * schedule.Factor(step);

    /// <summary>Forgets what the optimiser gathered.</summary>
    public void ResetOptimizer()
    {
        OptimizerSteps = 0;
        foreach (Tensor state in optimizer.State.Values)
        {
            state.zero_();
        }
    }

    /// <summary>From now on adds μ(θ − θ_start) to every gradient, after ×k: what holds shards together is no modality's learning.</summary>
    /// <param name="start">θ_start [P]; this object's from now on.</param>
    /// <param name="weight">μ.</param>
    internal void PullTo(Tensor start, double weight) => pull = (start, weight);

    /// <summary>Scales ranges of the gradient or of the update, pulls to the round's start, clips, and takes the optimiser's step.</summary>
    internal void Step(long step, ReadOnlySpan<RangeFactor> factors, CoefficientTarget target)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        bool scaleGradient = target == CoefficientTarget.Gradient;
        if (scaleGradient)
        {
            foreach (RangeFactor factor in factors)
            {
                if (factor.Factor != 1) // ×1 changes no bit and costs a pass
                {
                    Flat.Gradients.narrow(0, factor.Range.Offset, factor.Range.Length).MultiplyBy(factor.Factor);
                }
            }
        }

        if (pull is { } towards)
        {
            Flat.Gradients.AddScaled(Flat.Values - towards.To, towards.Weight);
        }

        if (options.ClipNorm is { } greatest)
        {
            GradientClipping.Clip(Flat.Gradients, greatest);
        }

        optimizer.Step(LearningRate(step), scaleGradient ? [] : factors);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        optimizer.Dispose();
        pull?.To.Dispose();
        Flat.Dispose();
    }
}
