using System.Collections.Concurrent;
using Actors.Learning.Devices;

namespace Actors.Learning.Data;

/// <summary>The threads that read batches for all feeds of the process: as many as it takes, whether it has two feeds or two thousand.</summary>
internal static class ReadingThreads
{
    private static readonly BlockingCollection<Action> Queue = [];

    [ThreadStatic]
    private static bool isOneOfThem;

    static ReadingThreads()
    {
        for (int i = 0; i < 2 * Environment.ProcessorCount; i++) // they wait for disks as well as compute
        {
            new Thread(Read) { IsBackground = true, Name = $"reading {i}" }.Start();
        }
    }

    /// <summary>Does the work when a thread is free. It must not throw.</summary>
    public static void Run(Action work) => Queue.Add(work);

    /// <summary>Does the work on one of the threads and waits: the caller's own keeps what torch has for it. It may throw.</summary>
    public static void RunAndWait(Action work)
    {
        if (isOneOfThem)
        {
            work(); // to wait for another could be to wait for ever
            return;
        }

        var done = new TaskCompletionSource();
        Run(() =>
        {
            try
            {
                work();
                done.SetResult();
            }
            catch (Exception failure)
            {
                done.SetException(failure);
            }
        });
        done.Task.GetAwaiter().GetResult();
    }

    private static void Read()
    {
        isOneOfThem = true;
        TorchThreads.Use(1); // gathering rows is not worth taking cores from the lanes
        foreach (Action work in Queue.GetConsumingEnumerable())
        {
            work();
        }
    }
}
