using Actors.Grains.Runs;
using Actors.Learning.Federation;
using Actors.Learning.Training;

namespace Actors.Grains.Federation;

/// <summary>The shards of silos that leave while rounds go on: they are let go between two rounds. Used from one grain's turns.</summary>
/// <param name="workers">The generation's.</param>
/// <param name="lost">Those that are away.</param>
/// <param name="places">Which silos leave.</param>
/// <param name="options">The run's.</param>
internal sealed class LeavingShards(RunWorkers workers, LostShards lost, RunPlaces places, TrainingOptions options)
{
    private readonly List<TaskCompletionSource> asked = []; // one for each silo that waits

    /// <summary>
    /// Lets a silo go that has said that it leaves: completes between the rounds, when nothing of the run is there any more. Null where rounds cannot go on
    /// without it; where that shows only between the rounds, the run is moved, and this never completes.
    /// </summary>
    public Task? LetGo(string silo)
    {
        if (silo == workers.Plan.BalancerSilo || !IsEnoughLeft())
        {
            return null;
        }

        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        asked.Add(gone);
        return gone.Task;
    }

    /// <summary>Between two rounds: lets those go whose silos leave.</summary>
    public async Task LetGoAsync()
    {
        if (asked.Count == 0)
        {
            return;
        }

        TaskCompletionSource[] waiting = [.. asked];
        asked.Clear();
        if (!IsEnoughLeft())
        {
            places.Move();
            return;
        }

        await lost.LetGoAsync([.. workers.Shards.Where(shard => lost.Leaves(shard) && !lost.Has(shard))]);
        Array.ForEach(waiting, gone => gone.SetResult());
    }

    private bool IsEnoughLeft() =>
        workers.Shards.Count(shard => !lost.Has(shard) && !lost.Leaves(shard)) >= Participation.Minimum(options.Rounds, options.ShardCount);
}
