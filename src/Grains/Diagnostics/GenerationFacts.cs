using Actors.Learning.Balancing;
using Actors.Learning.Checkpoints;
using Actors.Learning.Training;

namespace Actors.Grains.Diagnostics;

/// <summary>What stays the same through a generation of a run.</summary>
/// <param name="Generation">Number of the attempt.</param>
/// <param name="TotalSteps">Steps of the whole run; null until it is planned.</param>
/// <param name="CoefficientLimit">Upper bound of k; null where the method does not balance.</param>
/// <param name="Losses">Losses of the run before, on whatever silo.</param>
/// <param name="CheckpointTime">When the checkpoint was written that it goes on from; null where there is none, or it is not open yet.</param>
/// <param name="CheckpointBytes">Its size.</param>
internal sealed record GenerationFacts(
    int Generation,
    long? TotalSteps,
    double? CoefficientLimit,
    long Losses = 0,
    DateTimeOffset? CheckpointTime = null,
    long? CheckpointBytes = null)
{
    /// <summary>What is known before the first step.</summary>
    /// <param name="options">The run's.</param>
    /// <param name="generation">Its number.</param>
    /// <param name="losses">Generations that were lost before it.</param>
    /// <param name="from">What it goes on from; null until that is open, and where it begins anew.</param>
    /// <param name="totalSteps">Null until the data is open.</param>
    public static GenerationFacts Of(
        TrainingOptions options, int generation, long losses, Checkpoint? from = null, long? totalSteps = null) => new(
        generation,
        totalSteps,
        BalancingMethods.Create(options.Method, options.Modalities.Count).UsesCoefficients ? options.Method.BetaMax : null,
        losses,
        from?.Time,
        from?.Bytes);
}
