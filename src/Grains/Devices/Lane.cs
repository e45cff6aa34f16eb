using System.Collections.Concurrent;
using System.Diagnostics;
using Actors.Learning.Devices;

namespace Actors.Grains.Devices;

/// <summary>One thread that does all the work of one device (or all the file writing), in the order it is asked.</summary>
/// <remarks>Grains await it, so that their turns never compute. torch's thread-local state lives on this thread alone.</remarks>
public sealed class Lane : IDisposable
{
    private static readonly TimeSpan MostTimeAwake = TimeSpan.FromMicroseconds(200);

    private readonly BlockingCollection<Action> queue = [];
    private readonly Thread thread;
    private volatile bool left; // what is asked and not begun is not done any more

    /// <summary>Starts the thread.</summary>
    /// <param name="name">Name of the device.</param>
    /// <param name="threads">Torch threads the lane may use; null leaves torch alone.</param>
    public Lane(string name, int? threads)
    {
        thread = new Thread(() => Run(threads)) { IsBackground = true, Name = $"lane {name}" };
        thread.Start();
    }

    /// <summary>Does the work on the lane. The continuation comes back to the caller's scheduler.</summary>
    public Task<T> Run<T>(Func<T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        queue.Add(() =>
        {
            try
            {
                done.SetResult(work());
            }
            catch (Exception failure)
            {
                done.SetException(failure);
            }
        });
        return done.Task;
    }

    /// <summary>Does the work on the lane.</summary>
    public Task Run(Action work) => Run(() =>
    {
        work();
        return true;
    });

    /// <summary>Does what reads or hashes gigabytes on a thread of its own, so that no lane stands meanwhile. It computes nothing with torch.</summary>
    public static Task<T> Apart<T>(Func<T> work) => Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Finishes what was asked, then ends the thread.</summary>
    public void Dispose() => End(Timeout.InfiniteTimeSpan);

    /// <summary>Finishes what was asked, then ends the thread; where that takes too long, leaves it to the end of the process after what it is at.</summary>
    /// <param name="most">The most time to wait.</param>
    /// <returns>False where it is left.</returns>
    internal bool End(TimeSpan most)
    {
        queue.CompleteAdding();
        left = !thread.Join(most);
        if (!left)
        {
            queue.Dispose();
        }

        return !left;
    }

    private void Run(int? threads)
    {
        if (threads is { } count)
        {
            TorchThreads.Use(count);
        }

        while (!left && !queue.IsCompleted)
        {
            if (Next() is { } work)
            {
                work();
            }
        }
    }

    /// <summary>The next piece of work; null when there will be no more.</summary>
    private Action? Next()
    {
        // Between two pieces of a step lie some grain turns. To sleep and be woken would cost as much again.
        for (long asked = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(asked) < MostTimeAwake; Thread.Yield())
        {
            if (queue.TryTake(out Action? soon))
            {
                return soon;
            }
        }

        return queue.TryTake(out Action? later, Timeout.Infinite) ? later : null;
    }
}
