using Actors.Contracts.Events;
using Actors.Contracts.Runs;
using Actors.Grains.Devices;
using Actors.Grains.Faults;
using Actors.Grains.Workers;
using Actors.Learning.Checkpoints;

namespace Actors.Grains.Runs;

/// <summary>The checkpoints of one generation of a run: opened, given to the workers, written. Used from one grain's turns.</summary>
internal sealed class RunCheckpoints(
    RunWorkers workers,
    RunOrder order,
    Lanes lanes,
    RunJournal journal,
    Func<string, Task> warn,
    FaultPoints faults,
    TimeProvider time,
    Func<bool> isOwn)
{
    private readonly CheckpointStore store = CheckpointStore.OfRun(order.Folder);
    private readonly HashSet<string> warned = []; // each once, not at every checkpoint

    /// <summary>Why the newest checkpoint could not be written; null where it was.</summary>
    public string? Fault { get; private set; }

    /// <summary>Step of the newest checkpoint, whole or not; 0 where there is none.</summary>
    /// <param name="folder">The run's folder.</param>
    public static long NewestStep(string folder) => CheckpointStore.OfRun(folder).Steps().LastOrDefault();

    /// <summary>Tells where a generation begins.</summary>
    /// <param name="order">The order it follows.</param>
    /// <param name="from">The checkpoint it goes on from; null: the start.</param>
    /// <param name="lossBefore">Why the generation before was lost; null where none was.</param>
    public static string Beginning(RunOrder order, Checkpoint? from, string? lossBefore)
    {
        string start = from is null ? "the start: there is no checkpoint yet" : $"step {from.Step}";
        string loss = lossBefore is null ? "" : $", since a generation was lost: {lossBefore.TrimEnd('.')}";
        return order.Resume ? $"Resuming from {start}{loss}." : "Starting.";
    }

    /// <summary>
    /// The newest whole checkpoint, null before the first; and what is wrong with newer ones. What an older generation was writing is deleted.
    /// </summary>
    /// <exception cref="RunFencedException">A newer generation of the run has the folder.</exception>
    /// <exception cref="CheckpointException">There are checkpoints, but none is whole: to begin anew would drop what the run has told.</exception>
    public Task<(Checkpoint? Latest, IReadOnlyList<string> Warnings)> LatestAsync() => Lane.Apart<(Checkpoint?, IReadOnlyList<string>)>(() =>
    {
        if (!isOwn())
        {
            throw new RunFencedException(); // what lies there is a newer generation's
        }

        store.Clean();
        List<string> warnings = [];
        Checkpoint? latest = store.OpenLatest(warnings);
        if (latest is null && warnings.Count > 0)
        {
            throw new CheckpointException(
                $"The run cannot go on: none of its checkpoints is whole. {string.Join(" ", warnings)} Nothing was changed. "
                + "Restore one of these folders from a copy and resume, or start a new run under another name.");
        }

        return (latest, warnings);
    });

    /// <summary>Gives the workers what a checkpoint holds, and tells where the run stood.</summary>
    /// <exception cref="InvalidDataException">The data or the settings are not those it was written with.</exception>
    public async Task<RunState> RestoreAsync(Checkpoint from)
    {
        RunState saved = RunState.Read(from);
        if (saved.DataDigest != workers.Ready.DataDigest)
        {
            throw new InvalidDataException(
                $"The data has changed since {from.Folder} was written. Resume with the same files and data settings, or start a new run.");
        }

        IReadOnlyList<string> differences = SavedConfiguration.Differences(from.ReadText(SavedConfiguration.FileName), order.Configuration);
        if (differences.Count > 0)
        {
            throw new InvalidDataException(
                $"The settings have changed since {from.Folder} was written: {string.Join("; ", differences)}. "
                + "Resume with the settings it was written with, or start a new run.");
        }

        await workers.RestoreAsync(from.Folder, withOptimizer: true);
        await lanes.Files.Run(() =>
        {
            if (saved.BestStep is { } best && best != store.Best && store.Steps().Contains(best))
            {
                SetBest(best); // whoever wrote the checkpoint was killed before this, or a later one is damaged
            }
        });
        return saved;
    }

    /// <summary>Gives the workers the best weights by validation; where there was no validation, or the best is damaged, the newest.</summary>
    /// <returns>Where the run stood, and what is wrong with the best; null where nothing is.</returns>
    /// <exception cref="CheckpointException">There is no whole checkpoint, or the data is not that which it was trained on.</exception>
    public async Task<(RunState Saved, string? Warning)> RestoreBestAsync()
    {
        (Checkpoint given, RunState saved, string? warning) = await Lane.Apart(() =>
        {
            (Checkpoint checkpoint, string? fault) = OpenBest();
            return (checkpoint, RunState.Read(checkpoint), fault);
        });
        if (saved.DataDigest != workers.Ready.DataDigest)
        {
            throw new CheckpointException(
                $"The data has changed since {given.Folder} was written. Evaluate with the same files and data settings, or train a new run.");
        }

        await workers.RestoreAsync(given.Folder, withOptimizer: false);
        return (saved, warning);
    }

    /// <summary>Writes a checkpoint. One that cannot be written leaves its <see cref="Fault"/>; earlier ones stay.</summary>
    /// <param name="state">Where the run stands.</param>
    /// <param name="best">True where it is the best by validation.</param>
    /// <exception cref="RunFencedException">A newer generation has the folder.</exception>
    /// <exception cref="WorkerException">A worker was lost that the run cannot do without; the next generation deletes what was written.</exception>
    public async Task SaveAsync(RunState state, bool best)
    {
        long started = time.GetTimestamp();
        CheckpointDraft? draft = null;
        try
        {
            do
            {
                draft = await lanes.Files.Run(() => isOwn() ? store.Begin(state.Step) : throw new RunFencedException());
            }
            while (!await workers.SaveAsync(draft.Folder));

            (Checkpoint written, IReadOnlyList<string> left) = await Lane.Apart(() => // it hashes all that was written, and other runs' journals go on
            {
                draft.WriteText(RunState.FileName, state.ToJson());
                draft.WriteText(SavedConfiguration.FileName, SavedConfiguration.ToJson(order.Configuration));
                faults.Pass(FaultPoint.Commit, state.Step);
                Checkpoint checkpoint = store.TryCommit(draft, state.Step, isOwn) ?? throw new RunFencedException();
                faults.Pass(FaultPoint.Committed, state.Step);
                if (best)
                {
                    SetBest(state.Step);
                }

                return (checkpoint, store.Prune(order.Configuration.Checkpoint.Keep, state.Step));
            });
            Fault = null;
            await journal.AppendAsync(new CheckpointEvent
            {
                Step = state.Step,
                Folder = Path.GetRelativePath(order.Folder, written.Folder),
                Bytes = written.Bytes,
                Seconds = time.GetElapsedTime(started).TotalSeconds,
            });
            foreach (string warning in left.Where(warned.Add))
            {
                await warn($"{warning} Training goes on.");
            }
        }
        catch (Exception failure) when (failure is CheckpointException or WorkerException { IsLost: false })
        {
            Fault = failure.Message;
            if (draft is not null)
            {
                await lanes.Files.Run(() => CheckpointStore.Abandon(draft));
            }
        }
    }

    private (Checkpoint Checkpoint, string? Fault) OpenBest()
    {
        List<string> faults = [];
        long? best = store.Best;
        try
        {
            if (best is { } step)
            {
                return (store.Open(step), null);
            }
        }
        catch (CheckpointException failure)
        {
            faults.Add(failure.Message);
        }

        Checkpoint newest = store.OpenLatest(faults)
            ?? throw new CheckpointException(
                $"{order.Folder}: the run has no whole checkpoint to evaluate. "
                + (faults.Count == 0 ? "Train or resume it first." : string.Join(" ", faults.Distinct())));
        string instead = best is null ? "" : $", not the best by validation, of step {best}";
        string? fault = faults.Count == 0
            ? null
            : $"{string.Join(" ", faults.Distinct())} The newest whole checkpoint, of step {newest.Step}, is evaluated{instead}.";
        return (newest, fault);
    }

    private void SetBest(long step)
    {
        if (!store.TrySetBest(step, isOwn))
        {
            throw new RunFencedException();
        }
    }
}
