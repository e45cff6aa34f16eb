using System.Diagnostics;

namespace Actors.Grains.Diagnostics;

/// <summary>Times what a worker does in one call, phase by phase. Made in the call's turn, used there and on the lane, never at once.</summary>
internal sealed class WorkClock(StepTimings timings, int shard, string module)
{
    private readonly ActivityContext traced = Traces.Current(); // a lane does not see the call it works for
    private long began = timings.Begin();

    /// <summary>Begins a phase that does not follow the last one at once.</summary>
    public void Begin() => began = timings.Begin();

    /// <summary>Ends a phase; the next begins.</summary>
    public void End(string phase) => began = timings.EndWork(phase, shard, module, began, traced);
}
