using Actors.Learning.Native;
using static TorchSharp.torch;

namespace Actors.Learning.Federation;

/// <summary>A module's segment between two rounds: adds up what participants learnt, then takes the server's step. On the CPU.</summary>
/// <remarks>Not thread-safe: one lane calls it. A round is Begin, Add for each participant in shard order, Apply; Begin anew forgets what was added.</remarks>
public sealed class ServerSegment : IDisposable
{
    private readonly IServerOptimizer optimizer;
    private readonly Tensor difference; // Δ [n]
    private double weight; // of what was added

    /// <summary>Makes the segment.</summary>
    /// <param name="options">The server optimiser.</param>
    /// <param name="parameters">x [n], float32, CPU; this object's from now on.</param>
    public ServerSegment(ServerOptimizerOptions options, Tensor parameters)
    {
        Parameters = parameters;
        difference = zeros_like(parameters).DetachFromDisposeScope();
        optimizer = ServerOptimizers.Create(options, parameters.numel());
    }

    /// <summary>x [n]: what every shard begins the next round with. Owned by this object.</summary>
    public Tensor Parameters { get; }

    /// <summary>Everything it needs to go on, by name, each [n]; written in place to restore.</summary>
    public IReadOnlyDictionary<string, Tensor> State => new Dictionary<string, Tensor>(optimizer.State) { ["parameters"] = Parameters };

    /// <summary>Forgets what was added.</summary>
    public void Begin()
    {
        using var scope = NewDisposeScope(); // an operation in place gives a second handle
        difference.zero_();
        weight = 0;
    }

    /// <summary>Adds what a participant learnt.</summary>
    /// <param name="learned">θ_d − x [n]; stays the caller's.</param>
    /// <param name="share">Its samples over those of all participants, in (0, 1].</param>
    public void Add(Tensor learned, double share)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        difference.AddScaled(learned, share);
        weight += share;
    }

    /// <summary>Takes the step; without contributions there is none.</summary>
    public void Apply()
    {
        if (weight == 0)
        {
            return;
        }

        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        optimizer.Step(Parameters, difference);
        Begin();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        optimizer.Dispose();
        difference.Dispose();
        Parameters.Dispose();
    }
}
