namespace Actors.Contracts.Runs;

/// <summary>Where a run stands. The last three are final, and a stopped or failed run can be resumed.</summary>
public enum RunStatus
{
    /// <summary>Ordered, and not begun.</summary>
    Pending,

    /// <summary>Data is opened and workers are placed and made.</summary>
    Starting,

    /// <summary>Takes steps.</summary>
    Running,

    /// <summary>Took every step and was tested. Final.</summary>
    Completed,

    /// <summary>Ended by a failure, its first cause told. Final.</summary>
    Failed,

    /// <summary>Ended because somebody asked, or its process died. Final.</summary>
    Stopped,
}
