namespace Actors.Grains.Runs;

/// <summary>The run is to stop at once: what it was at is dropped.</summary>
internal sealed class RunStoppedException : Exception;
