namespace Actors.Grains.Runs;

/// <summary>Whether somebody wants the run to stop.</summary>
internal enum StopRequest
{
    None,
    AtStep,
    Now,
}
