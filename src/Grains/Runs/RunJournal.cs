using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Actors.Contracts.Events;
using Actors.Contracts.Runs;
using Actors.Grains.Devices;
using Actors.Grains.TensorBoard;
using Actors.Learning.Checkpoints;

namespace Actors.Grains.Runs;

/// <summary>
/// A run's events: kept for those who watch, written to <c>metrics.jsonl</c> line by line, and to TensorBoard's files. Used from one grain's turns.
/// </summary>
internal sealed class RunJournal(string folder, int generation, Lane files, TimeProvider time, Action<RunEvent> observe)
{
    private const int RememberedSteps = 10_000; // and rounds; all else is remembered: it is little, and sums the run up

    private readonly LinkedList<RunEvent> events = [];
    private readonly Queue<LinkedListNode<RunEvent>> steps = [];
    private readonly ConcurrentQueue<RunEvent> unwritten = []; // a full disk may have room again later; a turn adds while the lane of files takes
    private readonly string path = Path.Combine(folder, RunFiles.Metrics);
    private readonly TensorBoardFile curves = new(folder);
    private TaskCompletionSource appended = New();
    private long next;
    private bool isFenced;
    private Func<bool>? isOwn; // null until it is opened: until then the file may be another process's

    /// <summary>Begins a new file, or goes on with an old one from a step: what was told of later steps is dropped, since they are taken again.</summary>
    /// <param name="fromStep">Step to go on from; null: begin.</param>
    /// <param name="isOwn">False once a newer generation of the run has the file.</param>
    /// <exception cref="RunFencedException">A newer generation of the run has the file, which is as it was.</exception>
    public async Task OpenAsync(long? fromStep, Func<bool> isOwn)
    {
        if (!await files.Run(() => TryReplace(Kept(fromStep), isOwn)))
        {
            throw new RunFencedException();
        }

        curves.Begin(fromStep is { } taken ? Math.Min(taken, long.MaxValue - 1) + 1 : 0);
        this.isOwn = isOwn;
    }

    /// <summary>Tells an event. A line that cannot be written is tried again with the next one.</summary>
    /// <param name="happened">The event; its sequence, time and generation are set here.</param>
    /// <exception cref="RunFencedException">A newer generation of the run has the file.</exception>
    public async Task AppendAsync(RunEvent happened)
    {
        RunEvent runEvent = happened with { Sequence = next++, Time = time.GetUtcNow(), Generation = generation };
        Remember(runEvent);
        observe(runEvent);
        TaskCompletionSource told = appended;
        appended = New();
        told.TrySetResult(); // maybe woken already
        unwritten.Enqueue(runEvent);
        if (isOwn is not null)
        {
            await files.Run(Write);
            if (isFenced)
            {
                throw new RunFencedException();
            }
        }
    }

    /// <summary>Events in memory, and those to come.</summary>
    /// <param name="after">The last that was seen, maybe of another generation; null: none was.</param>
    /// <param name="ended">True when no more will come.</param>
    /// <param name="cancellationToken">Stops watching.</param>
    public async IAsyncEnumerable<RunEvent> WatchAsync(RunEvent? after, Func<bool> ended, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            bool last = ended(); // asked before looking, so that nothing told in between is missed
            Task more = appended.Task;
            foreach (RunEvent runEvent in events.Where(told => IsUnseen(told, after)).ToArray())
            {
                yield return after = runEvent;
            }

            if (last)
            {
                yield break;
            }

            await more.WaitAsync(cancellationToken);
        }
    }

    /// <summary>The events in memory but the steps, save the newest event and those before a status, which a lost silo told last.</summary>
    public ImmutableArray<RunEvent> History() => [.. events
        .Zip(events.Skip(1).Append(null), (told, next) => told is not StepEvent || next is null or StatusEvent ? told : null)
        .OfType<RunEvent>()];

    /// <summary>Wakes those who watch, to see that the run has ended.</summary>
    public void Wake() => appended.TrySetResult();

    /// <summary>Whether an event was told after the last one seen; a newer generation has numbers again that an older one had.</summary>
    private static bool IsUnseen(RunEvent told, RunEvent? seen) => seen is null || told.Sequence > seen.Sequence || told.Generation > seen.Generation;

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Remember(RunEvent runEvent)
    {
        LinkedListNode<RunEvent> told = events.AddLast(runEvent);
        if (runEvent is not (StepEvent or RoundEvent))
        {
            return;
        }

        steps.Enqueue(told);
        if (steps.Count > RememberedSteps)
        {
            events.Remove(steps.Dequeue());
        }
    }

    /// <summary>What stays in the file.</summary>
    private string Kept(long? fromStep)
    {
        if (fromStep is null)
        {
            return "";
        }

        List<string> kept = [];
        foreach (string line in File.Exists(path) ? File.ReadLines(path) : [])
        {
            try
            {
                RunEvent runEvent = RunEventJson.Read(line);
                if (runEvent is EvaluationEvent { Split: SplitName.Test } or StatusEvent { Status: RunStatus.Completed })
                {
                    break; // whoever wrote it died before the run was known to be completed: the end is taken again
                }

                if (runEvent.Step <= fromStep)
                {
                    kept.Add(line);
                    next = runEvent.Sequence + 1;
                    Remember(runEvent);
                }
            }
            catch (JsonException)
            {
                break; // the line that a kill cut short is the last
            }
        }

        return string.Concat(kept.Select(line => line + "\n"));
    }

    /// <summary>False where a newer generation has the file.</summary>
    private bool TryReplace(string text, Func<bool> isOwn)
    {
        if (isOwn())
        {
            EvaluationFile.Discard(folder);
        }

        return DurableFile.TryReplace(path, text, isOwn);
    }

    private void Write()
    {
        try
        {
            // Unbuffered: a buffer would try again when it is disposed, after the file was cut.
            using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            if (!isOwn!()) // asked once the file is open: the newer generation names itself first and replaces the file then
            {
                isFenced = true;
                return;
            }

            long whole = file.Length;
            RunEvent[] told = [.. unwritten];
            try
            {
                file.Write(Encoding.UTF8.GetBytes(string.Concat(told.Select(runEvent => RunEventJson.Write(runEvent) + "\n"))));
            }
            catch (IOException)
            {
                file.SetLength(whole); // no half lines
                return;
            }

            Array.ForEach(told, _ => unwritten.TryDequeue(out RunEvent? _));
            curves.Write(told);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The disk is full or closed to us; the events stay in memory and the next one tries again. Checkpoints tell the person.
        }
    }
}
