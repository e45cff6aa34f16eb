namespace Actors.Grains.Runs;

/// <summary>What somebody wants of one generation of a run, and how it stops at once. Used from one grain's turns.</summary>
internal sealed class RunStop(RunWorkers workers, TimeProvider time)
{
    // A step that is under way, or data that is being opened, is not waited for longer: its worker is released when it is through.
    private static readonly TimeSpan MostTimeToEnd = TimeSpan.FromSeconds(5);

    private readonly TaskCompletionSource now = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What is wanted.</summary>
    public StopRequest Request
    {
        get;
        set
        {
            field = value;
            if (value == StopRequest.Now)
            {
                now.TrySetResult();
            }
        }
    }

    /// <summary>For work that <see cref="UnlessNowAsync"/> may have dropped, before it begins more.</summary>
    /// <exception cref="RunStoppedException">The run is to stop at once.</exception>
    public void ThrowIfNow()
    {
        if (now.Task.IsCompleted)
        {
            throw new RunStoppedException();
        }
    }

    /// <summary>Waits for what is dropped where the run is to stop at once: then ends what the workers are at and wait for.</summary>
    /// <param name="work">Tells and writes nothing itself: it may end after the generation.</param>
    /// <exception cref="RunStoppedException">The run is to stop at once.</exception>
    public async Task<T> UnlessNowAsync<T>(Func<Task<T>> work)
    {
        Task<T>? begun = now.Task.IsCompleted ? null : work();
        if (begun is not null && await Task.WhenAny(begun, now.Task) == begun)
        {
            return await begun;
        }

        if (begun is not null && !workers.Placement.IsEmpty)
        {
            workers.Rounds?.Stop();
            var ended = Task.WhenAll(begun, workers.AbortAsync("The run was stopped."));
            await Task.WhenAny(ended, Task.Delay(MostTimeToEnd, time));
            ended.Ignore();
        }

        begun?.Ignore();
        throw new RunStoppedException();
    }
}
