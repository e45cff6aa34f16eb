namespace Actors.Learning.Checkpoints;

/// <summary>A checkpoint or a tensor file cannot be used; says which file, what is wrong and what to do.</summary>
public sealed class CheckpointException(string message, Exception? cause = null) : Exception(message, cause);
