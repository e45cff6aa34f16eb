using Actors.Contracts.Runs;
using Actors.Learning.Evaluation;

namespace Actors.Client.Running;

/// <summary>A run that is compared, from a folder here or from a cluster.</summary>
/// <param name="Configuration">What it ran.</param>
/// <param name="Summary">How it ended.</param>
/// <param name="Predictions">Reads what it predicted on test; null where it was not tested.</param>
internal sealed record ComparedRun(RunConfiguration Configuration, RunSummary Summary, Func<Task<SplitPredictions?>> Predictions);
