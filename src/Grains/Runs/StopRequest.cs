namespace Actors.Grains.Runs;

/// <summary>Whether somebody wants the run to stop.</summary>
internal enum StopRequest
{
    None,

    /// <summary>With a checkpoint, to go on elsewhere: a silo is about to leave.</summary>
    Move,

    /// <summary>With a checkpoint.</summary>
    AtStep,

    /// <summary>Without one.</summary>
    Now,
}
