namespace Actors.Client.Diagnosis;

/// <summary>How a check of the machine ended.</summary>
internal enum FindingLevel
{
    Ok,

    /// <summary>Training works, but something will be slower, uglier or tighter than it could.</summary>
    Warn,

    /// <summary>Training does not work.</summary>
    Fail,
}
