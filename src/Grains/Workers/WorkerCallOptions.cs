namespace Actors.Grains.Workers;

/// <summary>How calls to workers are waited for.</summary>
public sealed class WorkerCallOptions
{
    /// <summary>
    /// How long a call may be without an answer before it is repeated for the first time, and its silo asked whether it is there. Default: 10 s.
    /// </summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a silo that is in the cluster may stay without a sign before it counts as one that cannot be reached. Default: 30 s, longer than the
    /// cluster takes, as
    /// shipped, to find that a silo is dead: that is the better word.</summary>
    public TimeSpan Silence { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a worker asks its run whether its generation is over. Default: 30 s.</summary>
    public TimeSpan BetweenLooks { get; set; } = TimeSpan.FromSeconds(30);
}
