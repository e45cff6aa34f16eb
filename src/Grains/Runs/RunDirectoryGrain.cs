using System.Collections.Immutable;
using Actors.Contracts.Runs;
using Actors.Grains.Devices;
using Actors.Learning.Checkpoints;

namespace Actors.Grains.Runs;

/// <inheritdoc cref="IRunDirectoryGrain"/>
[GrainType("run-directory")]
internal sealed class RunDirectoryGrain(
    [PersistentState("runs")] IPersistentState<RunDirectoryState> kept, Lanes lanes, TimeProvider time) : Grain, IRunDirectoryGrain
{
    private const int MostEnded = 1000; // it is written whole each time

    // A run on a silo that hangs must not keep the list from those who ask.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly SerialQueue writes = new(); // a run may end while another starts, and two writes at once would refuse each other

    private Dictionary<string, RegisteredRun> Runs => kept.State.Runs;

    public async Task<RunAnswer> StartAsync(RunRegistration registration)
    {
        if (Runs.Values.FirstOrDefault(run => run.Token == registration.Token) is { } same)
        {
            return same.Status != RunStatus.Pending || await IsUnderWayAsync(same)
                ? new RunAnswer(same, Begun: false, Refusal: null)
                : await BeginAsync(same); // registered, and the silo died before it began
        }

        string name = registration.Configuration.Name;
        if (Runs.TryGetValue(name, out RegisteredRun? taken))
        {
            return new RunAnswer(
                taken,
                Begun: false,
                $"A run '{name}' is in the cluster already. Give another name with --name, or go on with it: actors resume {name} --cluster ADDRESS");
        }

        string folder = Path.GetFullPath(registration.Folder); // a silo's working folder is its data root
        DateTimeOffset now = time.GetUtcNow();
        var run = new RegisteredRun
        {
            Configuration = registration.Configuration,
            Folder = folder,
            Token = registration.Token,
            Status = RunStatus.Pending,
            Step = 0,
            TotalSteps = 0,
            FirstCause = null,
            Started = now,
            Changed = now,
        };
        try
        {
            if (!await lanes.Files.Run(() => TryTake(folder, registration.Document)))
            {
                const string Remedy = "Give another name with --name, or another folder with --output.";
                return new RunAnswer(null, Begun: false, $"A run's folder must be new, but {folder} holds a run already. {Remedy}");
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return new RunAnswer(
                null, Begun: false, $"The silo could not make the run's folder: {failure.Message} Name a folder that every silo can write with --output.");
        }

        await KeepAsync(run); // before it begins: a token that is asked again must find it
        return await BeginAsync(run);
    }

    public async Task<RunAnswer> ResumeAsync(string run, ChangedPlacement? changed)
    {
        if (!Runs.TryGetValue(run, out RegisteredRun? known))
        {
            return new RunAnswer(null, Begun: false, $"No run '{run}' is in the cluster.");
        }

        RegisteredRun seen = await SeenAsync(known);
        return seen switch
        {
            { Status: RunStatus.Completed } => new RunAnswer(seen, Begun: false, $"Run '{run}' is completed; there is nothing to go on with."),
            { HasEnded: false, Status: not RunStatus.Pending } =>
                new RunAnswer(seen, Begun: false, $"Run '{run}' is already under way. Watch it, or stop it first."),
            _ => await BeginAgainAsync(seen, changed),
        };
    }

    public async Task<string?> ForgetAsync(string run)
    {
        if (!Runs.TryGetValue(run, out RegisteredRun? known))
        {
            return $"No run '{run}' is in the cluster.";
        }

        try
        {
            await Grain(known).ForgetAsync();
        }
        catch (InvalidOperationException refused)
        {
            if ((await SeenAsync(known)).HasEnded)
            {
                return refused.Message; // it is being evaluated
            }

            return $"Run '{run}' is under way, and can be forgotten only when it has ended. Stop it first: actors stop {run} --cluster ADDRESS";
        }

        Runs.Remove(run);
        await SaveAsync();
        return null;
    }

    public async Task<ImmutableArray<RegisteredRun>> ListAsync()
    {
        RegisteredRun[] seen = await Task.WhenAll(Runs.Values.Select(SeenAsync));
        return [.. seen.OrderByDescending(run => run.Started)];
    }

    public async Task<ImmutableArray<string>> UnfinishedAsync()
    {
        RegisteredRun[] seen = await Task.WhenAll(Runs.Values.Where(run => !run.HasEnded).Select(SeenAsync));
        return [.. seen.Where(run => !run.HasEnded).Select(run => run.Configuration.Name)];
    }

    public async Task<RegisteredRun?> FindAsync(string run) => Runs.TryGetValue(run, out RegisteredRun? known) ? await SeenAsync(known) : null;

    public async Task EndedAsync(string run, RunSnapshot last)
    {
        // What has ended is older than what is pending.
        if (Runs.TryGetValue(run, out RegisteredRun? known) && known.Status != RunStatus.Pending)
        {
            await KeepAsync(known.With(last) with { Changed = time.GetUtcNow() });
        }
    }

    /// <summary>
    /// Makes a run's folder. False where it holds a run already; not where it was made for this one, and the silo died before that was in the list.
    /// </summary>
    private static bool TryTake(string folder, string document)
    {
        string path = Path.Combine(folder, RunFiles.Configuration);
        if (File.Exists(path))
        {
            return File.ReadAllText(path) == document && !File.Exists(Path.Combine(folder, RunFiles.Metrics));
        }

        Directory.CreateDirectory(folder);
        DurableFile.Replace(path, document);
        return true;
    }

    private async Task<RunAnswer> BeginAgainAsync(RegisteredRun run, ChangedPlacement? changed)
    {
        string path = Path.Combine(run.Folder, RunFiles.Configuration), before = "";
        try
        {
            before = changed is null ? "" : await lanes.Files.Run(() => Swap(path, changed.Document));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            const string Remedy = "Make it writable for every silo, or resume without --set.";
            return new RunAnswer(run, Begun: false, $"The silo could not change the run's configuration: {failure.Message} {Remedy}");
        }

        RegisteredRun pending = run with { Status = RunStatus.Pending, FirstCause = null, IsResumed = true, Changed = time.GetUtcNow() };
        pending = changed is null ? pending : pending with { Configuration = run.Configuration with { Placement = changed.Placement } };
        try
        {
            await KeepAsync(pending); // before it begins: one that is listed as ended is not asked any more
        }
        catch when (changed is not null)
        {
            Runs[run.Configuration.Name] = run;
            await lanes.Files.Run(() => DurableFile.Replace(path, before));
            throw;
        }

        RunAnswer answer = await BeginAsync(pending); // what throws here may have begun, and keeps what it was given
        if (changed is not null && !answer.Begun)
        {
            await KeepAsync(Runs[run.Configuration.Name] with { Configuration = run.Configuration }); // as it stands now: it may have ended meanwhile
            await lanes.Files.Run(() => DurableFile.Replace(path, before));
        }

        return answer;
    }

    private static string Swap(string path, string document)
    {
        string before = File.ReadAllText(path);
        DurableFile.Replace(path, document);
        return before;
    }

    private async Task<RunAnswer> BeginAsync(RegisteredRun run)
    {
        try
        {
            await Grain(run).StartAsync(new RunOrder { Configuration = run.Configuration, Folder = run.Folder, Resume = run.IsResumed, Registered = true });
        }
        catch (InvalidOperationException underWay)
        {
            RegisteredRun seen = await SeenAsync(run);
            await KeepAsync(seen);
            return new RunAnswer(seen, Begun: false, underWay.Message);
        }

        RegisteredRun begun = run with { Status = RunStatus.Starting, FirstCause = null, Changed = time.GetUtcNow() };
        await KeepAsync(begun);
        return new RunAnswer(begun, Begun: true, Refusal: null);
    }

    private async Task<bool> IsUnderWayAsync(RegisteredRun run)
    {
        try
        {
            await Grain(run).GetAsync();
            return true;
        }
        catch (InvalidOperationException)
        {
            return false; // not started there
        }
    }

    /// <summary>A run as it stands now: those under way are asked, and one that its grain no longer knows was lost with its silo.</summary>
    private async Task<RegisteredRun> SeenAsync(RegisteredRun run)
    {
        if (run.HasEnded)
        {
            return run;
        }

        try
        {
            return run.With(await Grain(run).GetAsync().WaitAsync(Patience, time));
        }
        catch (InvalidOperationException)
        {
            string name = run.Configuration.Name;
            return run is { Status: RunStatus.Pending, IsResumed: false }
                ? run
                : run with
                {
                    Status = RunStatus.Failed,
                    FirstCause = $"The silo that conducted the run is gone. Go on from the newest checkpoint: actors resume {name} --cluster ADDRESS",
                };
        }
        catch (Exception failure) when (failure is TimeoutException or OrleansException)
        {
            return run; // as last known
        }
    }

    private Task KeepAsync(RegisteredRun run)
    {
        Runs[run.Configuration.Name] = run;
        foreach (RegisteredRun old in Runs.Values.Where(known => known.HasEnded).OrderByDescending(known => known.Changed).Skip(MostEnded).ToArray())
        {
            Runs.Remove(old.Configuration.Name);
        }

        return SaveAsync();
    }

    private Task SaveAsync() => writes.RunAsync(kept.WriteStateAsync);

    private IRunGrain Grain(RegisteredRun run) => GrainFactory.GetGrain<IRunGrain>(run.Configuration.Name);
}
