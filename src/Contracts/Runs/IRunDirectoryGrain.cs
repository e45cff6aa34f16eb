using System.Collections.Immutable;
using Orleans.Concurrency;

namespace Actors.Contracts.Runs;

/// <summary>
/// The cluster's list of runs: begins them, and knows them as long as the cluster's storage lasts; of those that have ended the newest 1,000. Key: 0.
/// </summary>
[GrainInterfaceType("run-directory"), Alias("Actors.IRunDirectoryGrain")]
public interface IRunDirectoryGrain : IGrainWithIntegerKey
{
    /// <summary>Registers a run and starts it; with a token that was seen before it begins nothing and answers with that token's run.</summary>
    [Alias("StartAsync")]
    Task<RunAnswer> StartAsync(RunRegistration registration);

    /// <summary>Goes on with a run that is at rest, from its newest whole checkpoint.</summary>
    /// <param name="run">Name of the run.</param>
    /// <param name="changed">Where it goes on; null: where it was before.</param>
    [Alias("ResumeAsync")]
    Task<RunAnswer> ResumeAsync(string run, ChangedPlacement? changed = null);

    /// <summary>Takes a run that is at rest out of the list, so that its name and its token are free; its folder stays.</summary>
    /// <param name="run">Name of the run.</param>
    /// <returns>Why it was refused; null where it was not.</returns>
    [Alias("ForgetAsync")]
    Task<string?> ForgetAsync(string run);

    /// <summary>All runs as they stand, the last started first.</summary>
    [AlwaysInterleave, Alias("ListAsync")]
    Task<ImmutableArray<RegisteredRun>> ListAsync();

    /// <summary>Names of the runs that have not ended. Asking brings those to life whose silo was lost.</summary>
    [AlwaysInterleave, Alias("UnfinishedAsync")]
    Task<ImmutableArray<string>> UnfinishedAsync();

    /// <summary>One run as it stands; null where the cluster has none of the name.</summary>
    /// <param name="run">Name of the run.</param>
    [AlwaysInterleave, Alias("FindAsync")]
    Task<RegisteredRun?> FindAsync(string run);

    /// <summary>Called by a run that has ended, for it does not live as long as the list. Unknown runs are passed over.</summary>
    /// <param name="run">Name of the run.</param>
    /// <param name="last">How it ended.</param>
    [AlwaysInterleave, Alias("EndedAsync")]
    Task EndedAsync(string run, RunSnapshot last);
}
