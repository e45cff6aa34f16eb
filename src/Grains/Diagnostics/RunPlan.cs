namespace Actors.Grains.Diagnostics;

/// <summary>What stays the same through a generation of a run.</summary>
/// <param name="Generation">Number of the attempt.</param>
/// <param name="TotalSteps">Steps of the whole run; null until it is planned.</param>
/// <param name="CoefficientLimit">Upper bound of k; null where the method does not balance.</param>
/// <param name="Losses">Generations of the run that were lost before, on whatever silo.</param>
/// <param name="CheckpointTime">When the checkpoint was written that it goes on from; null where there is none, or it is not open yet.</param>
/// <param name="CheckpointBytes">Its size.</param>
internal sealed record RunPlan(
    int Generation, long? TotalSteps, double? CoefficientLimit, long Losses = 0, DateTimeOffset? CheckpointTime = null, long? CheckpointBytes = null);
