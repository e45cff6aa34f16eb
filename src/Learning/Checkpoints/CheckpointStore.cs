using System.Globalization;

namespace Actors.Learning.Checkpoints;

/// <summary>The checkpoints of one run: a folder each, named by step, whole or not there.</summary>
/// <remarks>A draft is written beside them, every file flushed, the manifest last, and then renamed. One writer at a time.</remarks>
public sealed class CheckpointStore(string folder)
{
    private const string Prefix = "step=";
    private const string DraftPrefix = ".draft-";
    private const string ReplacedPrefix = ".replaced-"; // a checkpoint that made room for another of its step
    private const string BestFile = "best";
    private const int GuidLength = 32;

    /// <summary>The checkpoints of a run.</summary>
    /// <param name="runFolder">The run's folder.</param>
    public static CheckpointStore OfRun(string runFolder) => new(Path.Combine(runFolder, "checkpoints"));

    /// <summary>Begins a checkpoint; leftovers of drafts that were never committed are deleted.</summary>
    /// <exception cref="CheckpointException">The folder cannot be written.</exception>
    public CheckpointDraft Begin(long step)
    {
        // A name of its own: whoever still writes into an older draft of the step must not write into this one.
        string draft = Path.Combine(folder, $"{DraftPrefix}{Name(step)}-{Guid.NewGuid():N}");
        CheckpointDraft.Guard(draft, path =>
        {
            Clean();
            Directory.CreateDirectory(path);
        });
        return CheckpointDraft.Join(draft);
    }

    /// <summary>
    /// Deletes every draft; whoever was at one cannot commit it any more. A checkpoint that made room for one that never came has its name again.
    /// </summary>
    public void Clean()
    {
        Directory.CreateDirectory(folder);
        Array.ForEach(Directory.GetFiles(folder, DraftPrefix + "*"), File.Delete);
        foreach (string left in Directory.EnumerateDirectories(folder, DraftPrefix + "*"))
        {
            // Somebody may be writing there still, and a folder that gets new files cannot be deleted: so it loses its name first.
            string nameless = Path.Combine(folder, $"{DraftPrefix}{Guid.NewGuid():N}");
            try
            {
                Directory.Move(left, nameless);
            }
            catch (DirectoryNotFoundException)
            {
                continue; // whoever wrote it, or cleans up too, was faster
            }

            TryDelete(nameless); // what stays of it has no name to be committed by, and must not keep the next one from being written
        }

        foreach (string replaced in Directory.GetDirectories(folder, ReplacedPrefix + "*"))
        {
            PutBack(replaced, Path.Combine(folder, Path.GetFileName(replaced)[ReplacedPrefix.Length..^(GuidLength + 1)]));
        }
    }

    /// <summary>Makes a draft a checkpoint: manifest, flush, rename. A checkpoint of the same step is replaced.</summary>
    /// <param name="draft">All but its manifest is written.</param>
    /// <param name="step">Its step.</param>
    /// <param name="isOwn">
    /// True while the caller may write here; asked when all but the renames is done. Whoever takes the folder over after that, and cleans up, prevents them.
    /// </param>
    /// <returns>Null where the caller may not: no checkpoint is changed.</returns>
    /// <exception cref="CheckpointException">
    /// The disk is full or cannot be written, or somebody else cleaned up; a checkpoint of the same step stays.
    /// </exception>
    public Checkpoint? TryCommit(CheckpointDraft draft, long step, Func<bool> isOwn)
    {
        bool own = true;
        string final = Path.Combine(folder, Name(step));
        CheckpointDraft.Guard(final, path =>
        {
            CheckpointManifest manifest = CheckpointManifest.Describe(draft.Folder, step);
            DurableFile.Write(Path.Combine(draft.Folder, CheckpointManifest.FileName), manifest.ToJson());
            DurableFile.FlushFolder(draft.Folder);
            if (own = isOwn())
            {
                Replace(path, draft.Folder);
                DurableFile.FlushFolder(folder);
            }
        });
        return own ? new Checkpoint(final, step, Directory.EnumerateFiles(final).Sum(file => new FileInfo(file).Length)) : null;
    }

    /// <summary>Deletes a draft that will not be committed.</summary>
    /// <remarks>Where it cannot be written it may not be deleted either; whoever begins the next one deletes it.</remarks>
    public static void Abandon(CheckpointDraft draft) => TryDelete(draft.Folder);

    /// <summary>Steps that have a checkpoint, rising; they may yet prove damaged.</summary>
    public IReadOnlyList<long> Steps() => !Directory.Exists(folder) ? [] :
    [
        .. Directory.EnumerateDirectories(folder, Prefix + "*")
            .Select(path => Path.GetFileName(path)[Prefix.Length..])
            .Where(text => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            .Select(text => long.Parse(text, CultureInfo.InvariantCulture)).Order(),
    ];

    /// <summary>Opens the checkpoint of a step, having verified every file.</summary>
    /// <exception cref="CheckpointException">It is missing or damaged; names the file.</exception>
    public Checkpoint Open(long step)
    {
        string path = Path.Combine(folder, Name(step));
        if (!Directory.Exists(path))
        {
            throw new CheckpointException($"{path}: there is no checkpoint of step {step}. Steps that have one: {string.Join(", ", Steps())}.");
        }

        CheckpointManifest manifest = CheckpointManifest.Verify(path, step);
        return new Checkpoint(path, step, manifest.Files.Values.Sum(file => file.Bytes));
    }

    /// <summary>Opens the newest checkpoint that is whole.</summary>
    /// <param name="warnings">Receives what is wrong with newer ones.</param>
    /// <returns>Null where there is none.</returns>
    public Checkpoint? OpenLatest(ICollection<string> warnings)
    {
        foreach (long step in Steps().Reverse())
        {
            try
            {
                return Open(step);
            }
            catch (CheckpointException failure)
            {
                warnings.Add(failure.Message);
            }
        }

        return null;
    }

    /// <summary>Step of the best checkpoint by validation; null where none was named.</summary>
    public long? Best
    {
        get
        {
            string path = Path.Combine(folder, BestFile);
            return File.Exists(path) && long.TryParse(File.ReadAllText(path), NumberStyles.None, CultureInfo.InvariantCulture, out long step) ? step : null;
        }
    }

    /// <summary>Names the best checkpoint.</summary>
    /// <param name="step">Its step.</param>
    /// <param name="isOwn">
    /// True while the caller may write here; asked when all but the rename is done. Whoever takes the folder over after that, and cleans up, prevents the
    /// rename.
    /// </param>
    /// <returns>False where the caller may not: nothing is changed.</returns>
    /// <exception cref="CheckpointException">The disk is full or cannot be written, or somebody else cleaned up.</exception>
    public bool TrySetBest(long step, Func<bool> isOwn)
    {
        bool own = true;
        CheckpointDraft.Guard(Path.Combine(folder, BestFile), path =>
        {
            string draft = Path.Combine(folder, $"{DraftPrefix}{BestFile}-{Guid.NewGuid():N}");
            own = DurableFile.TryReplace(path, draft, step.ToString(CultureInfo.InvariantCulture), isOwn);
        });
        return own;
    }

    /// <summary>Deletes all but the newest ones and the best. Later steps stay: a run that went back behind them takes them again.</summary>
    /// <param name="keep">Newest that stay, ≥ 1.</param>
    /// <param name="newest">Step of the newest.</param>
    /// <returns>What could not be deleted, and why; it is tried again next time.</returns>
    public IReadOnlyList<string> Prune(int keep, long newest)
    {
        List<string> left = [];
        long? best = Best;
        foreach (long step in Steps().Where(step => step <= newest).SkipLast(keep).Where(step => step != best))
        {
            string path = Path.Combine(folder, Name(step));
            if (TryDelete(path) is { } failure)
            {
                left.Add($"{path}: an old checkpoint cannot be deleted ({failure.Message}). Delete it by hand, or mend the permissions there.");
            }
        }

        return left;
    }

    /// <summary>
    /// Gives a draft a checkpoint's name. What has the name is deleted only after that: it may be a newer owner's, who has deleted the draft.
    /// </summary>
    private void Replace(string checkpoint, string draft)
    {
        if (!Directory.Exists(checkpoint))
        {
            Directory.Move(draft, checkpoint);
            return;
        }

        string replaced = Path.Combine(folder, $"{ReplacedPrefix}{Path.GetFileName(checkpoint)}-{Guid.NewGuid():N}");
        Directory.Move(checkpoint, replaced);
        try
        {
            Directory.Move(draft, checkpoint);
        }
        finally
        {
            PutBack(replaced, checkpoint);
        }
    }

    /// <summary>Gives a checkpoint that made room its name again, or deletes it where another has the name.</summary>
    private static void PutBack(string replaced, string checkpoint)
    {
        try
        {
            Directory.Move(replaced, checkpoint);
        }
        catch (IOException) when (Directory.Exists(checkpoint))
        {
            TryDelete(replaced); // what stays of it is tried again at the next cleaning
        }
        catch (DirectoryNotFoundException)
        {
            // Somebody else who cleans up was faster.
        }
    }

    private static Exception? TryDelete(string path)
    {
        try
        {
            Directory.Delete(path, recursive: true);
            return null;
        }
        catch (DirectoryNotFoundException)
        {
            return null; // somebody else was faster
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return failure;
        }
    }

    private static string Name(long step) => $"{Prefix}{step.ToString("D9", CultureInfo.InvariantCulture)}";
}
