namespace Actors.Learning.Training;

/// <summary>What a worker costs on a device.</summary>
/// <param name="Bytes">
/// Memory in training: weights, gradients, optimiser, a round's start and batches as they are; activations and their gradients as counted.
/// </param>
/// <param name="Seconds">Computing of one step, the fastest of a few, &gt; 0.</param>
public sealed record WorkerCost(long Bytes, double Seconds);
