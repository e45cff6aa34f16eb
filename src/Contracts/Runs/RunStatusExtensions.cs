namespace Actors.Contracts.Runs;

/// <summary>What is asked of a status everywhere.</summary>
public static class RunStatusExtensions
{
    /// <summary>True where the run is at rest: completed, failed or stopped.</summary>
    public static bool IsFinal(this RunStatus status) => status is RunStatus.Completed or RunStatus.Failed or RunStatus.Stopped;

    /// <summary>The status as people and metrics read it, in small letters.</summary>
    public static string Word(this RunStatus status) => status.ToString().ToLowerInvariant();
}
