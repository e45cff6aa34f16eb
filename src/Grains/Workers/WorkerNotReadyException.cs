namespace Actors.Grains.Workers;

/// <summary>A worker was asked that was never prepared: it is of an ended generation, or was made anew after its silo was lost.</summary>
internal sealed class WorkerNotReadyException(string message) : InvalidOperationException(message);
