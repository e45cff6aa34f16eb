namespace Actors.Contracts.Runs;

/// <summary>Where a run stands. The last three are final, and a stopped or failed run can be resumed.</summary>
public enum RunStatus
{
    Pending,
    Starting,
    Running,
    Completed,
    Failed,
    Stopped,
}
