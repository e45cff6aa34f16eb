namespace Actors.Learning.Training;

/// <summary>What the shards of a run agree on.</summary>
public enum SynchronizationMode
{
    /// <summary>Gradients, every step: all replicas of a module stay equal.</summary>
    Gradients,

    /// <summary>Parameters, every H steps: replicas differ within a round.</summary>
    Parameters,
}
