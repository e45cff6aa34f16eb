using Actors.Contracts.Runs;
using Microsoft.Extensions.Options;

namespace Actors.Grains.Workers;

/// <summary>
/// Ends grains whose generation is over, or whose shard has moved, and whom nobody could tell so, since their silo was cut off from the run's: each asks its
/// run now and then.
/// </summary>
internal sealed class GenerationWatch(IGrainFactory grains, IOptions<WorkerCallOptions> options)
{
    /// <summary>Begins to ask; ends with the grain.</summary>
    /// <param name="grain">A grain with a <see cref="WorkerKey"/>.</param>
    /// <param name="end">What it does then.</param>
    /// <param name="order">The order of a shard's worker as it is when asked; null where it has none.</param>
    public void Begin(IGrainBase grain, Func<Task> end, Func<WorkerOrder?>? order = null)
    {
        (string run, int generation) = WorkerKey.GenerationOf(grain.GrainContext.GrainId.Key.ToString()!);
        TimeSpan between = options.Value.BetweenLooks;
        grain.RegisterGrainTimer(LookAsync, new GrainTimerCreationOptions(between, between) { Interleave = true });

        async Task LookAsync(CancellationToken cancellation)
        {
            try
            {
                WorkerOrder? asked = order?.Invoke();
                if (await grains.GetGrain<IRunGrain>(run).IsOverAsync(generation, asked?.Shard, asked?.Life ?? 0)
                    && ReferenceEquals(asked, order?.Invoke())) // or else it was made anew meanwhile
                {
                    await end();
                }
            }
            catch (Exception failure) when (failure is OrleansException or TimeoutException or WorkerException)
            {
                // The run is out of reach, or its silo was lost: whoever takes it up says so next time.
            }
        }
    }
}
