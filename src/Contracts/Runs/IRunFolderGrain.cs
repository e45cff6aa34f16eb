using System.Collections.Immutable;
using Actors.Contracts.Events;

namespace Actors.Contracts.Runs;

/// <summary>Reads the folder of a run in the cluster's list, for a console that does not see it. Key: the run's id.</summary>
[GrainInterfaceType("run-folder"), Alias("Actors.IRunFolderGrain")]
public interface IRunFolderGrain : IGrainWithStringKey
{
    /// <summary>The few events that sum a run up, in their order: every status and what came before it,
    /// the last checkpoint and test, the best on validation, and the newest. None where the folder has none.</summary>
    /// <exception cref="InvalidOperationException">The cluster has no such run.</exception>
    [Alias("SummaryAsync")]
    Task<ImmutableArray<RunEvent>> SummaryAsync();

    /// <summary>A piece of the predictions on test.</summary>
    /// <param name="offset">Bytes of the file that the caller has.</param>
    /// <returns>What follows them, 1 MiB at most; empty at the end, and where there are none.</returns>
    /// <exception cref="InvalidOperationException">The cluster has no such run.</exception>
    [Alias("PredictionsAsync")]
    Task<byte[]> PredictionsAsync(long offset);

    /// <summary>The test that was taken apart from the training; null where there is none since the run last went on.</summary>
    /// <exception cref="InvalidOperationException">The cluster has no such run.</exception>
    [Alias("EvaluationAsync")]
    Task<EvaluationEvent?> EvaluationAsync();
}
