namespace Actors.Grains.Diagnostics;

/// <summary>What stays the same through a generation of a run.</summary>
/// <param name="Generation">Number of the attempt.</param>
/// <param name="SamplesPerStep">Samples of a step, over all shards.</param>
/// <param name="TotalSteps">Steps of the whole run; null until it is planned.</param>
/// <param name="CoefficientLimit">Upper bound of k; null where the method does not balance.</param>
internal sealed record RunPlan(int Generation, long SamplesPerStep, long? TotalSteps, double? CoefficientLimit);
